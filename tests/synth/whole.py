"""An app of everything: the roots that are applied for real, and one whose texts are written to break out."""

from aicost_iac import App, CostTags, Plan, ProviderAlias, Raw, Ref, Resource, SpotTrainingFleet, Stack, template
from tests.aws import everything, everything_on_sagemaker

HOSTILE = [
    '${file("/etc/passwd")}',
    "%{ for x in [1] }${x}%{ endfor }",
    "$${a} $$$ 100% %",
    "a\rb $\r${c}",
    'it\'s "quoted" \\ \n\t',
    "é\u0301\u2028\U0001f600",
    "$(id) `id` $HOME",
]
TAGS = CostTags(workload_type="training", cost_center="tests", team="tests")
QUEUE = Resource(
    "aws_sqs_queue",
    "hostile",
    {
        "name": "hostile",
        "tags": {f"key-{index} {text}": text for index, text in enumerate(HOSTILE)},
        "policy": template("$", Ref("aws_vpc.given", "arn"), "%\r$", Raw('upper("a")'), "$%", Raw("if true", "%"), "x"),
        "delay_seconds": 1.5,
        "lifecycle": {"ignore_changes": ["tags"]},
        "provider": "aws.west",
    },
)
hostile = Stack(
    name="hostile",
    region="us-east-1",
    tags=TAGS,
    aliases={"west": ProviderAlias(region="us-west-2", assume_role_arn="arn:aws:iam::123456789012:role/deploy")},
    items=[
        Plan((QUEUE,), external=frozenset({"aws_vpc.given"})),
        SpotTrainingFleet(
            name="sweep",
            instances=2,
            instance_types=["g6e.xlarge"],
            subnet_ids=[Ref("aws_subnet.given", "id")],
            vpc_id=Ref("aws_vpc.given", "id"),
            command=["show", *HOSTILE],
            environment={f"A_{index}": text for index, text in enumerate(HOSTILE)},
            provider="west",
        ),
    ],
    outputs={"text": template(HOSTILE[3], Ref("aws_vpc.given", "id"), HOSTILE[0])},
    external=["aws_subnet.given", "aws_vpc.given"],
)
app = App(stacks=[everything.everything(), everything_on_sagemaker.everything(), hostile])
