"""What needs a newer provider than the one that is applied here, held against the newest one's schema."""

import pytest

from aicost_iac import Stack
from tests.aws.everything_on_sagemaker import TAGS, everything
from tests.environments import newest_wheel
from tests.provider6.assembly import Assembly
from tests.provider6.test_schema import judged
from tests.sagemaker.described import NEWEST, component, training
from tests.sagemaker.test_training import EVERYTHING

pytestmark = pytest.mark.heavy


@pytest.fixture(scope="module")
def assembly() -> Assembly:
    return Assembly(newest_wheel("cdktn-provider-aws"))


@pytest.mark.parametrize(
    "items",
    [
        [training(start_on_apply=True, retry_attempts=2)],
        [EVERYTHING.model_copy(update={"start_on_apply": True})],
        [training(market="on-demand", warm_pool_seconds=600, start_on_apply=True)],
        [component(), component(name="other", component_exists=True)],
        everything().items,
    ],
)
def test_the_newest_provider_takes_it(items: list[object], assembly: Assembly) -> None:
    stack = Stack(name="newest", region="us-east-1", tags=TAGS, provider_version=NEWEST, items=items)  # type: ignore[arg-type]
    assert judged(assembly, stack) == []


def test_no_provider_has_inference_components_yet(assembly: Assembly) -> None:
    """When one has, they need no request any more."""
    assert assembly.arguments("aws_sagemaker_training_job", "resource")
    assert assembly.arguments("aws_sagemaker_inference_component", "resource") is None
