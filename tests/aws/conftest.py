"""Fixtures of the AWS tests: a real terraform, and a local server for it to talk to."""

from collections.abc import Iterator

import pytest

from tests.aws.moto_process import MotoServer
from tests.aws.terraform import Terraform
from tests.aws.toolchain import ToolchainMissing, find_toolchain


@pytest.fixture(scope="session")
def terraform() -> Iterator[Terraform]:
    """Opens roots; skips the test, saying what is missing, where terraform or the AWS provider is not installed."""
    try:
        terraform = Terraform(find_toolchain())
    except ToolchainMissing as missing:
        pytest.skip(str(missing))
    yield terraform
    terraform.close()


@pytest.fixture(scope="session")
def moto_server() -> Iterator[MotoServer]:
    """One server for all tests of a worker."""
    server = MotoServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def moto(moto_server: MotoServer) -> MotoServer:
    """The server, as an empty account that has the VPC, subnets and image that the examples name."""
    moto_server.reset()
    moto_server.give(subnets=["subnet-0a1b2c3d", "subnet-1a2b3c4d"], images=["ami-0abcdef1234567890"])
    return moto_server
