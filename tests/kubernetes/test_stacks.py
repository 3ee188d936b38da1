"""Whatever the stacks and examples of this repository make is what an API server takes whole."""

import pytest

from aicost_iac import Stack
from tests.examples import all_stacks
from tests.kubernetes.strict import assert_valid

WITH_OBJECTS = {name: stack for name, stack in all_stacks().items() if stack.plan().objects}


@pytest.mark.parametrize("stack", WITH_OBJECTS.values(), ids=WITH_OBJECTS)
def test_every_object_is_valid(stack: Stack) -> None:
    assert_valid(stack.plan().objects)
