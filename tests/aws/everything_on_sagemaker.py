"""One stack that uses every part of every SageMaker blueprint, to be applied for real."""

from decimal import Decimal

from aicost_iac import (
    AsyncEndpoint,
    BatchTransform,
    Blueprint,
    Candidate,
    CapacityRetry,
    Channel,
    Container,
    CostTags,
    DataCapture,
    Framework,
    InferenceRecommender,
    LoadTest,
    ManagedSpotTraining,
    Metric,
    MultiModelEndpoint,
    Phase,
    Ref,
    Resource,
    ScaleToZeroEndpoint,
    ServerlessEndpoint,
    SpotPrice,
    Stack,
    Vpc,
)

TAGS = CostTags(workload_type="inference", model_name="everything", cost_center="tests", team="tests")
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/served:1"
ARCHIVE = Container(
    image=IMAGE, model_data_s3_uri="s3://example-models/a.tar.gz", environment={"LOG": "${no} expression"}
)
FOLDER = Container(image=IMAGE, model_data_s3_uri="s3://example-models/all/")


def everything(version: str = ">= 5.100, < 7") -> Stack:
    """Training on spot and on demand, every kind of endpoint, and the jobs that are requests."""
    items: list[Blueprint | Resource] = [*network(), *training(), *endpoints(), *jobs()]
    return Stack(name="everything-on-sagemaker", region="us-east-1", tags=TAGS, provider_version=version, items=items)


def network() -> list[Resource]:
    """A VPC with a subnet and a group, a topic, and a bucket: a private one takes the provider a minute to make."""
    vpc = Resource("aws_vpc", "main", {"cidr_block": "10.0.0.0/16"})
    subnet = Resource("aws_subnet", "only", {"vpc_id": vpc.ref("id"), "cidr_block": "10.0.0.0/24"})
    group = Resource("aws_security_group", "closed", {"name": "closed", "vpc_id": vpc.ref("id")})
    bucket = Resource("aws_s3_bucket", "kept", {"bucket": "example-checkpoints"})
    return [vpc, subnet, group, bucket, Resource("aws_sns_topic", "told", {"name": "told"})]


def inside() -> Vpc:
    return Vpc(subnet_ids=[Ref("aws_subnet.only", "id")], security_group_ids=[Ref("aws_security_group.closed", "id")])


def training() -> list[Blueprint]:
    price = SpotPrice(usd_hour=Decimal("0.42"), as_of="2026-11-20")
    return [
        ManagedSpotTraining(
            name="ranker",
            run="a1",
            instance_type="ml.g5.xlarge",
            instance_count=2,
            framework=Framework(name="pytorch", version="2.6"),
            entry_point="train.py",
            source_s3_uri="s3://example-source/ranker.tar.gz",
            hyperparameters={"quote": 'it\'s "${x}" %{y}', "epochs": 3},
            channels={"train": Channel(s3_uri="s3://example-data/train/")},
            metrics=[Metric(name="loss", regex="loss=([0-9.]+)")],
            max_run=36_000,
            resumable=True,
            on_demand_fallback=True,
            capacity=CapacityRetry(attempts=2, wait_minutes=5),
            retry_attempts=2,
            checkpoint_bucket=Ref("aws_s3_bucket.kept", "id"),
            schedule="cron(0 3 ? * SAT *)",
            timezone="Europe/Berlin",
            notify_emails=["oncall@example.com"],
            vpc=inside(),
            scaffold="python",
            spot_price=price,
        ),
        ManagedSpotTraining(
            name="urgent",
            run="a1",
            instance_type="ml.m5.xlarge",
            image=IMAGE,
            max_run=3600,
            market="on-demand",
            warm_pool_seconds=600,
            checkpoint_bucket="example-checkpoints",
            notify_topic_arn=Ref("aws_sns_topic.told", "arn"),
        ),
    ]


def endpoints() -> list[Blueprint]:
    return [
        MultiModelEndpoint(
            name="many",
            container=FOLDER,
            instance_type="ml.m5.xlarge",
            max_instances=4,
            invocations_per_instance=600,
            vpc=inside(),
            data_capture=DataCapture(s3_uri="s3://example-captured/", percent=5),
        ),
        ServerlessEndpoint(name="small", container=ARCHIVE, memory_mb=4096, provisioned_concurrency=1),
        AsyncEndpoint(
            name="later",
            container=ARCHIVE,
            instance_type="ml.g5.xlarge",
            input_s3_uri="s3://example-later/in/",
            output_s3_uri="s3://example-later/out/",
            failure_s3_uri="s3://example-later/failed/",
            error_topic_arn=Ref("aws_sns_topic.told", "arn"),
            concurrency_per_instance=4,
            max_instances=3,
        ),
        ScaleToZeroEndpoint(
            name="chat",
            container=FOLDER,
            instance_type="ml.g6e.2xlarge",
            copy_memory_mb=40_000,
            max_copies=3,
            max_instances=3,
            component_exists=True,
        ),
        ScaleToZeroEndpoint(
            name="new", container=FOLDER, instance_type="ml.g6e.2xlarge", copy_memory_mb=40_000, copy_cpus=2
        ),
    ]


def jobs() -> list[Blueprint]:
    load = LoadTest(phases=[Phase(seconds=600)], max_invocations=300, p95_milliseconds=400)
    return [
        BatchTransform(
            name="scores",
            run="a1",
            container=ARCHIVE,
            instance_type="ml.g5.xlarge",
            input_s3_uri="s3://example-data/in/",
            output_s3_uri="s3://example-data/out/",
            split="Line",
            batch="MultiRecord",
            run_hours=Decimal("1.5"),
        ),
        InferenceRecommender(
            name="measure",
            run="a1",
            model_package_arn="arn:aws:sagemaker:us-east-1:123456789012:model-package/ranker/3",
            types=[Candidate(instance_type="ml.g5.xlarge"), Candidate(instance_type="ml.g6.2xlarge")],
            load_test=load,
        ),
    ]
