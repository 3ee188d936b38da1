"""A plan is a value: unique addresses, references that resolve, every node marked with who made it."""

import pytest

from aicost_iac import Assumption, KubeObject, Output, Plan, Raw, Ref, Resource, Suppress, template
from aicost_iac.errors import DuplicateAddress, PlanError, UnresolvedReference
from aicost_iac.plan import merge

QUEUE = Resource("aws_sqs_queue", "jobs", {"name": "jobs"})
POLICY = Resource("aws_sqs_queue_policy", "jobs", {"queue_url": QUEUE.ref("id")})
ACCOUNT = Resource("aws_caller_identity", "me", mode="data")
SETTINGS = KubeObject("v1", "ConfigMap", "settings", "apps")
BECAUSE = Suppress(rule="SPOT001", reason="measured here")


def reading(*addresses: str) -> Resource:
    refs = [Ref(address, "id") for address in addresses]
    return Resource("aws_iam_role", "reader", {"name": template("x-", *refs)})


def test_addresses_are_terraforms_and_kubernetes_own() -> None:
    assert QUEUE.address == "aws_sqs_queue.jobs"
    assert ACCOUNT.address == "data.aws_caller_identity.me"
    assert SETTINGS.address == "v1/ConfigMap/apps/settings"
    assert KubeObject("v1", "Namespace", "apps").address == "v1/Namespace//apps"
    assert ACCOUNT.ref("account_id") == Ref("data.aws_caller_identity.me", "account_id")


def test_a_plan_is_ordered_by_address_whatever_the_order_it_was_made_in() -> None:
    assert Plan((POLICY, QUEUE, ACCOUNT)) == Plan((ACCOUNT, QUEUE, POLICY))
    assert [node.address for node in Plan((POLICY, QUEUE, ACCOUNT), (SETTINGS,)).nodes] == [
        "aws_sqs_queue.jobs",
        "aws_sqs_queue_policy.jobs",
        "data.aws_caller_identity.me",
        "v1/ConfigMap/apps/settings",
    ]


def test_nodes_are_found_by_address_and_by_type() -> None:
    queue_data = Resource("aws_sqs_queue", "jobs", mode="data")
    plan = Plan((POLICY, QUEUE, queue_data))
    assert plan.by_address["aws_sqs_queue.jobs"] is QUEUE
    assert list(plan.of_type("aws_sqs_queue", "aws_vpc")) == [QUEUE]


def test_one_address_twice_is_refused_naming_both_makers() -> None:
    [first], [second] = (Plan((QUEUE,)).stamped(origin).resources for origin in ("Fleet/a", "Fleet/b"))
    with pytest.raises(
        DuplicateAddress, match=r"'aws_sqs_queue.jobs' stands twice .*Fleet/a and Fleet/b.*another name"
    ):
        Plan((first, second))


def test_one_kubernetes_object_twice_is_refused() -> None:
    with pytest.raises(DuplicateAddress, match="v1/ConfigMap/apps/settings"):
        Plan(objects=(SETTINGS, KubeObject("v1", "ConfigMap", "settings", "apps", body={"data": {"a": "b"}})))


@pytest.mark.parametrize(
    ("plan_arguments", "reader"),
    [
        ({"resources": (QUEUE, reading("aws_sqs_queue.job"))}, "aws_iam_role.reader"),
        ({"resources": (QUEUE,), "outputs": {"url": Output(Ref("aws_sqs_queue.job", "id"))}}, "output 'url'"),
        ({"resources": (QUEUE, Resource("aws_a", "b", {"depends_on": ["aws_sqs_queue.job"]}))}, "aws_a.b"),
        ({"resources": (QUEUE, Resource("aws_a", "b", {"c": Raw("length(aws_sqs_queue.job.id)")}))}, "aws_a.b"),
    ],
)
def test_a_reference_to_nothing_is_refused_naming_the_reader_and_the_nearest(
    plan_arguments: dict[str, object], reader: str
) -> None:
    expected = f"{reader} refers to 'aws_sqs_queue.job', .*did you mean 'aws_sqs_queue.jobs'"
    with pytest.raises(UnresolvedReference, match=expected) as refusal:
        Plan(**plan_arguments)  # type: ignore[arg-type]
    assert isinstance(refusal.value, PlanError)


def test_a_reference_to_nothing_like_it_says_how_to_declare_it() -> None:
    with pytest.raises(UnresolvedReference, match="add the resource, or declare the address in `external`"):
        Plan((reading("aws_vpc.theirs"),))


def test_what_is_declared_external_resolves() -> None:
    plan = Plan(
        (reading("aws_vpc.theirs", "data.aws_subnet.x"),), external=frozenset({"aws_vpc.theirs", "data.aws_subnet.x"})
    )
    assert list(plan.resources[0].references()) == ["aws_vpc.theirs", "data.aws_subnet.x"]


def test_stamping_marks_every_node_and_binds_aws_resources_to_a_provider() -> None:
    other = Resource("helm_release", "x", {"name": "x"})
    plan = Plan((QUEUE, other), (SETTINGS,)).stamped("Fleet/a", (BECAUSE,), "west")
    assert {(node.origin, node.suppress) for node in plan.nodes} == {("Fleet/a", (BECAUSE,))}
    assert plan.by_address[QUEUE.address].body["provider"] == "aws.west"  # type: ignore[attr-defined]
    assert "provider" not in plan.by_address[other.address].body  # type: ignore[attr-defined]
    assert QUEUE.body == {"name": "jobs"}
    assert QUEUE.origin == ""


def test_stamping_keeps_what_a_blueprint_assumed() -> None:
    price = Assumption("spot_price_usd_hour", "0.9", "USD/h")
    priced = Resource("aws_autoscaling_group", "g", assume=(price,))
    assert Plan((priced,)).stamped("Fleet/a").resources[0].assume == (price,)


def test_merging_resolves_over_all_parts_and_trusts_only_what_the_whole_declares() -> None:
    part = Plan((POLICY,), external=frozenset({QUEUE.address}))
    assert merge([Plan((QUEUE,)), part]).resources == (QUEUE, POLICY)
    with pytest.raises(UnresolvedReference):
        merge([part])
    assert merge([part], external=[QUEUE.address]).external == {QUEUE.address}


def test_merging_refuses_one_output_name_twice() -> None:
    with pytest.raises(DuplicateAddress, match="output 'url' is declared twice"):
        merge([Plan(outputs={"url": Output("a")}), Plan(outputs={"url": Output("b")})])


def test_a_plan_and_its_nodes_are_frozen() -> None:
    with pytest.raises(AttributeError):
        QUEUE.name = "other"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        Plan().resources = ()  # type: ignore[misc]
