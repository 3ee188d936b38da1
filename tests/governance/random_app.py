"""A dozen random stacks that are the same on every run: what cdktf and cdktn are given."""

from random import Random

from aicost_iac import App
from tests.governance.apps import random_stack

app = App(stacks=[random_stack(Random(seed), f"random-{seed}", alone=False) for seed in range(12)])
