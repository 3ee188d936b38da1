"""What containers on SageMaker may do, and no more.

https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from aicost_iac.expr import Expr, Text
from aicost_iac.fields import is_known
from aicost_iac.terraform import iam

# Creating an interface in a VPC takes no narrower resource in SageMaker's own policies:
# https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html#sagemaker-roles-createtrainingjob-perms
_NETWORK = (
    "ec2:CreateNetworkInterface",
    "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteNetworkInterfacePermission",
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
)
_PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")


def logs_and_metrics(partition: str, group: str) -> list[iam.Statement]:
    """Write to a log group, and figures to CloudWatch under a name that begins with `/aws/sagemaker/`."""
    logs = f"arn:{partition}:logs:*:*:log-group:{group}*"
    only = {"StringLike": {"cloudwatch:namespace": "/aws/sagemaker/*"}}
    actions = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    return [iam.allow(actions, [logs]), iam.allow(["cloudwatch:PutMetricData"], ["*"], **only)]


def pull(partition: str, image: Text | None) -> list[iam.Statement]:
    """Pull one image."""
    return [iam.allow(["ecr:GetAuthorizationToken"], ["*"]), iam.allow(_PULL, [_repository(partition, image)])]


def network() -> iam.Statement:
    """Interfaces in a VPC."""
    return iam.allow(_NETWORK, ["*"])


def read(partition: str, uris: Iterable[Text]) -> Iterator[iam.Statement]:
    """Read what lies at these S3 URIs and below them."""
    for bucket, key in sorted({split(uri) for uri in uris}, key=str):
        yield iam.allow(["s3:GetObject"], [iam.s3_arn(partition, bucket, f"{key}*")])
        yield listing(partition, bucket, key)


def write(partition: str, bucket: Text, prefix: str) -> Iterator[iam.Statement]:
    """Write, read and remove what lies below a prefix."""
    actions = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    yield iam.allow(actions, [iam.s3_arn(partition, bucket, f"{prefix}*")])
    yield listing(partition, bucket, prefix)


def listing(partition: str, bucket: Text, prefix: str) -> iam.Statement:
    """List what lies below a prefix."""
    only: dict[str, Any] = {"StringLike": {"s3:prefix": [f"{prefix}*"]}}
    return iam.allow(["s3:ListBucket"], [iam.s3_arn(partition, bucket)], **only)


def keys(arns: Iterable[Text | None], *more: str) -> Iterator[iam.Statement]:
    """Use these customer keys. An id or an alias names a key of this account, and no policy can."""
    used = [arn if not is_known(arn) or str(arn).startswith("arn:") else "*" for arn in arns if arn is not None]
    if used:
        unique = list({str(arn): arn for arn in used}.values())
        yield iam.allow(["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey", *more], unique)


def split(uri: Text) -> tuple[Text, str]:
    """Bucket and key of an S3 URI: of a literal, or of `s3://<reference>/key`; any bucket, where neither is known."""
    if isinstance(uri, Expr) and len(uri.parts) in (2, 3) and uri.parts[0] == "s3://":
        return uri.parts[1], "".join(str(part) for part in uri.parts[2:]).removeprefix("/")
    if not is_known(uri):
        return "*", ""
    bucket, _, key = str(uri).removeprefix("s3://").partition("/")
    return bucket, key


def _repository(partition: str, image: Text | None) -> str:
    """The repository of `<account>.dkr.ecr.<region>.amazonaws.com/<name>:<tag>`; any, where the image is not known."""
    if image is None or not is_known(image):
        return f"arn:{partition}:ecr:*:*:repository/*"
    registry, _, path = str(image).partition("/")
    account, _, _, region = registry.split(".")[:4]
    name = path.partition("@")[0].partition(":")[0]
    return f"arn:{partition}:ecr:{region}:{account}:repository/{name}"
