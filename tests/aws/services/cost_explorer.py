"""Cost Explorer: anomaly monitors and subscriptions, cost allocation tags; moto knows cost categories only."""

from collections.abc import Callable

from moto.ce.models import ce_backends

from tests.aws.services.actions import ACCOUNT, Call, Handler, Json, Service, Table, new_id

service = Service("AWSInsightsIndexService")
allocation_tags = Table()


def anomaly_resource(kind: str, unknown: str, defaults: Json) -> Callable[[], None]:
    """The four actions of `Anomaly<kind>`: stored as they came, returned as they were stored."""
    table, name, arn = Table(unknown), f"Anomaly{kind}", f"{kind}Arn"

    def create(call: Call) -> Json:
        identifier = f"arn:aws:ce::{ACCOUNT}:anomaly{kind.lower()}/{new_id()}"
        table[identifier] = {**defaults, **call[name], arn: identifier}
        ce_backends[ACCOUNT]["aws"].tag_resource(identifier, call.get("ResourceTags") or [])
        return {arn: identifier}

    def get(call: Call) -> Json:
        return {f"{name}s": [table[identifier] for identifier in call.get(f"{arn}List") or list(table)]}

    def update(call: Call) -> Json:
        table[call[arn]].update(call.params)
        return {arn: call[arn]}

    def delete(call: Call) -> Json:
        table.pop(call[arn], None)
        return {}

    def register() -> None:
        handlers: dict[str, Handler] = {"Create": create, "Update": update, "Delete": delete}
        for verb, handler in handlers.items():
            service.action(verb + name)(handler)
        service.action(f"Get{name}s")(get)

    return register


anomaly_resource("Monitor", "UnknownMonitorException", {})()
anomaly_resource("Subscription", "UnknownSubscriptionException", {"AccountId": ACCOUNT})()


@service.action("UpdateCostAllocationTagsStatus")
def update_cost_allocation_tags_status(call: Call) -> Json:
    """Accepts any key; AWS refuses a key that it has not seen on a bill yet."""
    for tag in call["CostAllocationTagsStatus"]:
        allocation_tags[tag["TagKey"]] = {"TagKey": tag["TagKey"], "Type": "UserDefined", "Status": tag["Status"]}
    return {"Errors": []}


@service.action("ListCostAllocationTags")
def list_cost_allocation_tags(call: Call) -> Json:
    """The asked keys that are known, or all."""
    asked = call.get("TagKeys") or list(allocation_tags)
    return {"CostAllocationTags": [allocation_tags[key] for key in asked if key in allocation_tags]}
