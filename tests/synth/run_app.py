"""Run an app of ours through one library, into CDKTF_OUTDIR: `python -m tests.synth.run_app MODULE:ATTR cdktf|cdktn`"""

import sys
from importlib import import_module
from typing import cast

from aicost_iac.synth import Library, synthesize

if __name__ == "__main__":
    module, _, attribute = sys.argv[1].partition(":")
    synthesize(getattr(import_module(module), attribute), library=cast("Library", sys.argv[2]))
