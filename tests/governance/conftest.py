"""Terraform, and a server for it, come from the AWS tests."""

from tests.aws.conftest import moto_server, terraform

__all__ = ["moto_server", "terraform"]
