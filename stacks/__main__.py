"""What cdktf.json runs: the same stacks through cdktf or cdktn."""

from aicost_iac.synth import synthesize
from stacks import app

if __name__ == "__main__":
    synthesize(app)
