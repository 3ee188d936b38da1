"""Hypothesis looks for what is wrong, not for what is slow; terraform comes from the AWS tests."""

from hypothesis import settings

from tests.aws.conftest import terraform

settings.register_profile("aicost", deadline=None, max_examples=3000)
settings.load_profile("aicost")

__all__ = ["terraform"]
