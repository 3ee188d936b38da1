"""The environment of terraform and its provider: nothing of the caller's AWS or Terraform settings reaches them."""

import os

from tests.aws.overrides import CLOSED_PORT

FOREIGN = ("AWS_", "TF_")
OURS = {
    "AWS_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    # A service that no override names must not reach the real AWS.
    "AWS_ENDPOINT_URL": CLOSED_PORT,
    "CHECKPOINT_DISABLE": "1",
    "TF_IN_AUTOMATION": "1",
    "TF_INPUT": "0",
}


def clean_environment(**settings: str) -> dict[str, str]:
    """The caller's environment without its AWS_* and TF_* variables, with ours and `settings`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    return kept | OURS | settings
