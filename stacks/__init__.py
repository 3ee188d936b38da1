"""The repository's own deployable stacks."""

from aicost_iac import App
from stacks.training import training

app = App(stacks=[training])

__all__ = ["app"]
