"""cdktf runs on the Node of PATH, or on that of the development environment."""

from aicost_iac.synth import load

load("cdktf")
