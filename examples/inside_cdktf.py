"""A fleet inside your own TerraformStack: your subnet's token goes in, the group's name comes out.

Run it with `python -m examples.inside_cdktf`, or name it as the `app` of a cdktf.json. With cdktn, import that instead.
"""

from typing import Any

from cdktf import (
    App,
    LocalBackend,
    TerraformOutput,
    TerraformProvider,
    TerraformProviderGeneratorMetadata,
    TerraformResource,
    TerraformStack,
)

from aicost_iac import Checkpoints, CostTags, SpotTrainingFleet
from aicost_iac.synth import mount, synthesize


class Training(TerraformStack):
    """A stack of yours, with a network of yours."""

    def __init__(self, scope: App, name: str) -> None:
        super().__init__(scope, name)
        LocalBackend(self, path=f"../../../terraform.{name}.tfstate")
        AwsProvider(self, region="us-east-1")
        subnet = Given(self, "subnet", "aws_subnet", {"vpc_id": "vpc-0a1b2c3d", "cidr_block": "10.0.0.0/24"})
        fleet = mount(
            self,
            SpotTrainingFleet(
                name="ranker-sweep",
                instances=4,
                instance_types=["g6e.xlarge", "g6e.2xlarge"],
                subnet_ids=[subnet.get_string_attribute("id")],
                command=["python3", "train.py"],
                checkpoints=Checkpoints(run="a1"),
            ),
            tags=CostTags(cost_center="ai-training", team="ml-platform"),
        )
        TerraformOutput(self, "group", value=fleet.outputs.group_name)


class AwsProvider(TerraformProvider):
    """Stands for the provider bindings your program uses."""

    def __init__(self, scope: TerraformStack, region: str) -> None:
        super().__init__(
            scope,
            "aws",
            terraform_resource_type="aws",
            terraform_generator_metadata=TerraformProviderGeneratorMetadata(
                provider_name="aws", provider_version_constraint=">= 5.100, < 7"
            ),
            terraform_provider_source="hashicorp/aws",
        )
        self.add_override("region", region)


class Given(TerraformResource):
    """Stands for any resource of your program."""

    def __init__(self, scope: TerraformStack, name: str, kind: str, attributes: dict[str, Any]) -> None:
        super().__init__(scope, name, terraform_resource_type=kind)
        for key, value in attributes.items():
            self.add_override(key, value)


def build(outdir: str = "cdktf.out") -> App:
    app = App(outdir=outdir)
    Training(app, "training")
    return app


if __name__ == "__main__":
    synthesize(build())
