"""Tags by ARN, for the services whose tags moto does not keep."""

from tests.aws.services.actions import Call, Json, Table

_tags = Table()


def set_tags(arn: str, tags: Json) -> None:
    """Adds or replaces tags."""
    _tags.setdefault(arn, {}).update(tags)


def remove_tags(arn: str, keys: list[str]) -> None:
    """Removes tags; keys that are not there are fine."""
    for key in keys:
        _tags.get(arn, {}).pop(key, None)


def tags_of(arn: str) -> Json:
    """The tags as a map."""
    return dict(_tags.get(arn, {}))


def as_map(pairs: list[Json] | None) -> Json:
    """`[{"Key": k, "Value": v}]` as `{k: v}`."""
    return {pair["Key"]: pair["Value"] for pair in pairs or []}


def as_pairs(tags: Json) -> list[Json]:
    """`{k: v}` as `[{"Key": k, "Value": v}]`."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def list_resource_tags(call: Call) -> Json:
    """ListTagsForResource of the billing services."""
    return {"ResourceTags": as_pairs(tags_of(_arn(call)))}


def tag_resource(call: Call) -> Json:
    """TagResource of the billing services."""
    set_tags(_arn(call), as_map(call["ResourceTags"]))
    return {}


def untag_resource(call: Call) -> Json:
    """UntagResource of the billing services."""
    remove_tags(_arn(call), call["ResourceTagKeys"])
    return {}


def _arn(call: Call) -> str:
    """Budgets spell the parameter ResourceARN, the others ResourceArn."""
    return str(call.get("ResourceARN") or call["ResourceArn"])
