"""SM008: a stage too small for the play."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.expr import Ref
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_MOST, _STEP = 6144, 1024


@rule(
    "SM008",
    "serverless-has-no-gpu",
    severity="error",
    group="broken",
    reads=("aws_sagemaker_endpoint_configuration",),
    source="https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html",
)
def serverless_has_no_gpu(subject: Subject, world: World) -> Iterator[Told]:
    """A serverless endpoint for a model that needs a GPU, or more memory than there is.

    What happens: serverless inference has no GPU and at most 6144 MB of memory, in steps of 1024. A container built for
    a GPU does not start there, a larger size is refused.

    Why it costs: an endpoint that answers nothing, and the time to find out why.

    Bad:

    ```json
    {"resource": {
      "aws_sagemaker_model": {"chat": {
        "execution_role_arn": "arn:aws:iam::123456789012:role/serve",
        "primary_container": [{
          "image": "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.6.0-gpu-py312"
        }]
      }},
      "aws_sagemaker_endpoint_configuration": {"chat": {"production_variants": [{
        "variant_name": "all", "model_name": "${aws_sagemaker_model.chat.name}",
        "serverless_config": [{"memory_size_in_mb": 6144, "max_concurrency": 5}]
      }]}}
    }}
    ```

    Good:

    ```json
    {"resource": {
      "aws_sagemaker_model": {"chat": {
        "execution_role_arn": "arn:aws:iam::123456789012:role/serve",
        "primary_container": [{
          "image": "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.6.0-cpu-py312"
        }]
      }},
      "aws_sagemaker_endpoint_configuration": {"chat": {"production_variants": [{
        "variant_name": "all", "model_name": "${aws_sagemaker_model.chat.name}",
        "serverless_config": [{"memory_size_in_mb": 6144, "max_concurrency": 5}]
      }]}}
    }}
    ```
    """
    for variant in Block(subject.body).blocks("production_variants"):
        serverless = variant.block("serverless_config")
        size = serverless.number("memory_size_in_mb")
        if size is not None and (size > _MOST or size % _STEP or size < _STEP):
            message = f"memory_size_in_mb is {size:g}: 1024 to {_MOST} in steps of {_STEP} is what there is"
            yield Told(serverless.at("memory_size_in_mb"), message, "an asynchronous endpoint, or a GPU", part="memory")
        if serverless.body and (image := _image(variant, world)):
            message = f"serverless inference has no GPU, and {image} is a container for one"
            yield Told(serverless.path, message, "an asynchronous endpoint that scales to zero", part="image")


def _image(variant: Block, world: World) -> str:
    """The model's container, if its tag says that it is for a GPU."""
    model = variant.get("model_name")
    for each in world.by_address.get(model.address, ()) if isinstance(model, Ref) else ():
        body = Block(each.body)
        for container in (*body.blocks("primary_container"), *body.blocks("container")):
            tag = (container.text("image") or "").rpartition("/")[2]
            if "-gpu-" in tag:
                return tag
    return ""
