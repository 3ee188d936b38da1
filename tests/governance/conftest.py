"""Terraform comes from the AWS tests."""

from tests.aws.conftest import terraform

__all__ = ["terraform"]
