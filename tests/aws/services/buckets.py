"""S3 bucket configurations returned as they were put.

moto rewrites lifecycle rules and loses parts; of the other kinds it knows nothing, and takes a request to delete one
for a request to delete the bucket.
"""

from typing import Any

from moto.s3.exceptions import NoSuchLifecycleConfiguration, S3ClientError
from moto.s3.responses import S3Response

from tests.aws.services.actions import Table
from tests.aws.services.patching import Method, wrap

LIFECYCLE = "lifecycle"
KINDS = (LIFECYCLE, "intelligent-tiering", "analytics", "metrics")
MINIMUM_SIZE = "x-amz-transition-default-minimum-object-size"

configurations = Table()


@wrap(S3Response, "_bucket_response")
def bucket_response(original: Method, self: Any, request: Any, full_url: str) -> Any:
    """One configuration of one bucket; everything else is moto's."""
    query = self._get_querystring(request, full_url)
    kind = next((kind for kind in KINDS if kind in query), None)
    if kind is None:
        return original(self, request, full_url)
    bucket = self.parse_bucket_name_from_url(request, full_url)
    self.backend.head_bucket(bucket)
    key = f"{bucket} {kind} {query.get('id')}"
    if request.method == "PUT":
        return _put(self, key, request.headers.get(MINIMUM_SIZE, "all_storage_classes_128K"))
    if request.method == "DELETE":
        configurations.pop(key, None)
        return 204, {}, ""
    if key not in configurations:
        raise _missing(kind, bucket)
    return _get(key)


def _put(self: Any, key: str, minimum_size: str) -> tuple[int, dict[str, str], str]:
    configurations[key] = {"body": self.body, "minimum_size": minimum_size}
    return 200, {MINIMUM_SIZE: minimum_size}, ""


def _get(key: str) -> tuple[int, dict[str, str], bytes]:
    stored = configurations[key]
    return 200, {MINIMUM_SIZE: stored["minimum_size"]}, stored["body"]


def _missing(kind: str, bucket: str) -> S3ClientError:
    if kind == LIFECYCLE:
        return NoSuchLifecycleConfiguration(bucket)
    return S3ClientError("NoSuchConfiguration", "The specified configuration does not exist.")
