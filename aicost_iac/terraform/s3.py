"""A private bucket that forgets what is no longer needed."""

from __future__ import annotations

from typing import Any

from aicost_iac.expr import Text
from aicost_iac.plan import Resource
from aicost_iac.terraform.iam import policy_document, s3_arn
from aicost_iac.terraform.tagging import Tags


def private_bucket(
    name: str, prefix: str, partition: str, tags: Tags, expire_days: int, kms: Text | None
) -> list[Resource]:
    """The bucket first, then everything that makes it private, encrypted, TLS-only and self-cleaning.

    Its name is `prefix` and what AWS adds. A bucket that still holds objects is not destroyed.
    """
    bucket = Resource("aws_s3_bucket", name, {"bucket_prefix": prefix, "tags": tags})
    return [
        bucket,
        _public_access_block(name, bucket),
        _versioning(name, bucket),
        _encryption(name, bucket, kms),
        _lifecycle(name, bucket, expire_days),
        _tls_only(name, bucket, partition),
    ]


def _part(kind: str, name: str, bucket: Resource, body: dict[str, Any]) -> Resource:
    return Resource(f"aws_s3_bucket_{kind}", f"{name}_{kind}", {"bucket": bucket.ref("id"), **body})


def _public_access_block(name: str, bucket: Resource) -> Resource:
    closed = dict.fromkeys(
        ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"), True
    )
    return _part("public_access_block", name, bucket, closed)


def _versioning(name: str, bucket: Resource) -> Resource:
    return _part("versioning", name, bucket, {"versioning_configuration": [{"status": "Enabled"}]})


def _encryption(name: str, bucket: Resource, kms: Text | None) -> Resource:
    default = {"sse_algorithm": "AES256" if kms is None else "aws:kms", "kms_master_key_id": kms}
    rule = {"apply_server_side_encryption_by_default": [default], "bucket_key_enabled": None if kms is None else True}
    return _part("server_side_encryption_configuration", name, bucket, {"rule": [rule]})


def _lifecycle(name: str, bucket: Resource, expire_days: int) -> Resource:
    rule = {
        "id": "expire",
        "status": "Enabled",
        "filter": [{"prefix": ""}],
        "abort_incomplete_multipart_upload": [{"days_after_initiation": 2}],
        "expiration": [{"days": expire_days}],
        "noncurrent_version_expiration": [{"noncurrent_days": 7}],
    }
    # The provider waits until S3 gives the same answer several times; in some regions three minutes do not do.
    # https://github.com/hashicorp/terraform-provider-aws/pull/41764
    patient = {"create": "15m", "update": "15m"}
    return _part("lifecycle_configuration", name, bucket, {"rule": [rule], "timeouts": patient})


def _tls_only(name: str, bucket: Resource, partition: str) -> Resource:
    statement = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [s3_arn(partition, bucket.ref("id")), s3_arn(partition, bucket.ref("id"), "*")],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return _part("policy", name, bucket, {"policy": policy_document([statement])})
