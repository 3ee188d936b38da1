"""`python -m aicost_iac` is `aicost`."""

from aicost_iac.cli import main

main(prog_name="aicost")
