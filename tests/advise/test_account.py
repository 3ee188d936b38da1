"""An account's history out of Cost Explorer's answers, the way they come."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3
import pytest
import requests
from botocore.stub import Stubber
from moto import mock_aws

from aicost_iac.advise import account as reading
from aicost_iac.advise import recommendation
from aicost_iac.advise.account import Period
from aicost_iac.advise.calls import Account, AdviceError, CallFailed
from aicost_iac.advise.history import History
from tests.advise.stubs import KEYS, account, checked, strangers, stubbed

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
RUNNING = "00000000-0000-0000-0000-000000000001"
FIRST = datetime(2026, 11, 8, tzinfo=UTC)
EC2, SAGEMAKER = "Amazon Elastic Compute Cloud - Compute", "Amazon SageMaker"
Silent: Callable[[str], None] = lambda text: None  # noqa: E731


@pytest.fixture
def ce() -> Iterator[tuple[Any, Stubber]]:
    client, stubber = stubbed("ce")
    yield client, stubber
    stubber.deactivate()


def values(*names: str) -> dict[str, Any]:
    return {"DimensionValues": [{"Value": name} for name in names], "ReturnSize": len(names), "TotalSize": len(names)}


def group(usage_type: str, region: str, usd: str) -> dict[str, Any]:
    return {"Keys": [usage_type, region], "Metrics": {"UnblendedCost": {"Amount": usd, "Unit": "USD"}}}


def hour(index: int, *groups: dict[str, Any]) -> dict[str, Any]:
    start, end = (FIRST + timedelta(hours=each) for each in (index, index + 1))
    text = "%Y-%m-%dT%H:%M:%SZ"
    return {"TimePeriod": {"Start": start.strftime(text), "End": end.strftime(text)}, "Groups": list(groups)}


def day(index: int, *groups: dict[str, Any]) -> dict[str, Any]:
    start = FIRST.date() + timedelta(days=index)
    return {
        "TimePeriod": {"Start": start.isoformat(), "End": (start + timedelta(days=1)).isoformat()},
        "Groups": list(groups),
    }


def spend(stubber: Stubber) -> None:
    """Two pages of hours, then the days: EC2 in two families, SageMaker, spot, and what no plan covers."""
    always = [
        group("BoxUsage:g6e.xlarge", "us-east-1", "10"),
        group("USW2-BoxUsage:p4d.24xlarge", "us-west-2", "21.96"),
        group("SpotUsage:g6e.xlarge", "us-east-1", "99"),
        group("USE1-Train:ml.g5.xlarge", "us-east-1", "1.41"),
        group("DataTransfer-Out-Bytes", "us-east-1", "7"),
    ]
    pages = [
        {"ResultsByTime": [hour(index, *always) for index in range(200)], "NextPageToken": "more"},
        {"ResultsByTime": [hour(index, *always) for index in range(200, 336)]},
    ]
    stubber.add_response("get_dimension_values", values(EC2, SAGEMAKER, "Amazon Simple Storage Service"))
    stubber.add_response("get_dimension_values", values("Usage", "Tax"))
    for page in pages:
        stubber.add_response("get_cost_and_usage", page)
    days = [day(index, group("BoxUsage:g6e.xlarge", "us-east-1", "480")) for index in range(-46, 14)]
    stubber.add_response("get_cost_and_usage", {"ResultsByTime": days})


DETAIL = {
    "SavingsPlansDetails": {"OfferingId": "o-1", "InstanceFamily": "", "Region": ""},
    "HourlyCommitmentToPurchase": "20.5",
    "EstimatedSPCost": "29520",
    "EstimatedOnDemandCost": "5000",
    "EstimatedOnDemandCostWithCurrentCommitment": "46000",
    "EstimatedAverageUtilization": "100",
}


def rest(stubber: Stubber) -> None:
    """Utilisation, coverage, and AWS's own recommendation, which takes two looks to be ready."""
    total = {"Utilization": {"TotalCommitment": "100", "UtilizationPercentage": "92.5"}}
    utilisation = {
        "TotalCommitment": "100", "UsedCommitment": "92.5", "UnusedCommitment": "7.5", "UtilizationPercentage": "92.5"
    }  # fmt: skip
    stubber.add_response("get_savings_plans_utilization", {"Total": {**total, "Utilization": utilisation}})
    cover = {"Coverage": {"SpendCoveredBySavingsPlans": "25", "OnDemandCost": "75", "TotalCost": "100"}}
    stubber.add_response("get_savings_plans_coverage", {"SavingsPlansCoverages": [cover]})
    stubber.add_client_error("get_reservation_utilization", "DataUnavailableException")
    stubber.add_client_error("get_reservation_coverage", "DataUnavailableException")
    stubber.add_response("start_savings_plans_purchase_recommendation_generation", {"RecommendationId": RUNNING})
    for status in ("PROCESSING", "SUCCEEDED"):
        made = {"RecommendationId": RUNNING, "GenerationStatus": status}
        stubber.add_response("list_savings_plans_purchase_recommendation_generation", {"GenerationSummaryList": [made]})
    answer = {
        "Metadata": {"GenerationTimestamp": "2026-11-24T15:31:00Z"},
        "SavingsPlansPurchaseRecommendation": {"SavingsPlansPurchaseRecommendationDetails": [DETAIL]},
    }
    stubber.add_response("get_savings_plans_purchase_recommendation", answer)
    stubber.add_response("get_savings_plans_purchase_recommendation", {})
    stubber.add_client_error("get_savings_plans_purchase_recommendation", "AccessDeniedException")


def plans() -> Any:
    client, stubber = stubbed("savingsplans")
    plan = {"savingsPlanType": "Compute", "commitment": "4.0", "end": "2027-03-01T00:00:00.000Z", "state": "active"}
    stubber.add_response("describe_savings_plans", {"savingsPlans": [plan]})
    return client


@pytest.fixture
def history(ce: tuple[Any, Stubber], monkeypatch: pytest.MonkeyPatch) -> History:
    client, stubber = ce
    waits: list[float] = []
    monkeypatch.setattr(recommendation, "sleep", waits.append)
    spend(stubber)
    rest(stubber)
    found = reading.read(account(ce=client, savingsplans=plans()), NOW, 60, Silent)
    stubber.assert_no_pending_responses()
    assert waits == [15]
    return found


def test_hours_are_gathered_by_what_covers_them_without_spot(history: History) -> None:
    sums = {each.name: each.usd_hour for each in history.series}
    assert {name: set(hours) for name, hours in sums.items()} == {
        "COMPUTE_SP": {Decimal("31.96")},
        "EC2_INSTANCE_SP g6e us-east-1": {Decimal(10)},
        "EC2_INSTANCE_SP p4d us-west-2": {Decimal("21.96")},
        "SAGEMAKER_SP": {Decimal("1.41")},
    }
    assert {len(hours) for hours in sums.values()} == {336}
    assert {each.start for each in history.series} == {"2026-11-08T00:00:00Z"}
    assert {each.end for each in history.series} == {datetime(2026, 11, 22, tzinfo=UTC)}


def test_the_mean_of_the_whole_lookback_stands_beside_the_hours(history: History) -> None:
    means = {each.name: each.daily_mean_usd_hour for each in history.series}
    assert means["EC2_INSTANCE_SP g6e us-east-1"] == Decimal(20)
    assert means["SAGEMAKER_SP"] == 0


def test_awss_recommendation_is_made_anew_and_its_discount_derived(history: History) -> None:
    [found] = history.recommendations
    assert (found.plan, found.scope, found.usd_hour) == ("COMPUTE_SP", "", Decimal("20.5"))
    assert found.discount == 1 - Decimal(29520) / Decimal(41000)
    assert found.generated == "2026-11-24T15:31:00Z"


def test_what_is_held_and_what_could_not_be_read_is_said(history: History) -> None:
    [plan] = history.held
    assert (plan.plan, plan.usd_hour) == ("Compute", Decimal(4))
    [reading] = history.readings
    assert (reading.what, reading.utilisation, reading.coverage) == ("Savings Plans", Decimal("0.925"), Decimal("0.25"))
    [note] = history.notes
    assert "SAGEMAKER_SP is not known" in note
    assert "add ce:GetSavingsPlansPurchaseRecommendation to the role" in note


def read(client: Any) -> History:
    return reading.read(account(ce=client), NOW, 60, Silent)


def test_nothing_spent_is_a_sentence(ce: tuple[Any, Stubber]) -> None:
    client, stubber = ce
    stubber.add_response("get_dimension_values", values("Amazon Route 53"))
    with pytest.raises(
        AdviceError, match=r"nothing was spent on Amazon Elastic Compute Cloud - Compute, .* from 2026-09"
    ):
        read(client)


def test_hours_that_are_switched_off_are_a_sentence(ce: tuple[Any, Stubber]) -> None:
    client, stubber = ce
    stubber.add_response("get_dimension_values", values(EC2))
    stubber.add_response("get_dimension_values", values("Usage"))
    stubber.add_client_error("get_cost_and_usage", "ValidationException", "Hourly data is not enabled")
    with pytest.raises(AdviceError, match=r"Switch on 'Hourly granularity'.*or bring hours with --from"):
        read(client)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("AccessDeniedException", "ce:GetDimensionValues: not allowed: add ce:GetDimensionValues to the role"),
        ("LimitExceededException", "throttled, also after waiting"),
        ("ExpiredTokenException", "sign in again"),
        ("DataUnavailableException", "needs up to 24 hours after it is enabled"),
        ("InternalFailure", r"\(InternalFailure\)"),
    ],
)
def test_a_refused_call_says_what_to_do(ce: tuple[Any, Stubber], code: str, said: str) -> None:
    client, stubber = ce
    stubber.add_client_error("get_dimension_values", code)
    with pytest.raises(CallFailed, match=said):
        read(client)


def test_another_currency_is_refused(ce: tuple[Any, Stubber]) -> None:
    client, stubber = ce
    stubber.add_response("get_dimension_values", values(EC2))
    stubber.add_response("get_dimension_values", values("Usage"))
    yuan = group("BoxUsage:g6e.xlarge", "cn-north-1", "10")
    yuan["Metrics"]["UnblendedCost"]["Unit"] = "CNY"
    stubber.add_response("get_cost_and_usage", {"ResultsByTime": [hour(0, yuan)]})
    with pytest.raises(AdviceError, match="billed in CNY"):
        read(client)


def test_a_profile_that_is_not_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with pytest.raises(AdviceError, match="nobody"):
        Account("nobody").call("ce", "get_tags")


def test_a_generation_that_runs_already_is_waited_for(ce: tuple[Any, Stubber], monkeypatch: pytest.MonkeyPatch) -> None:
    client, stubber = ce
    monkeypatch.setattr(recommendation, "sleep", Silent)
    stubber.add_client_error("start_savings_plans_purchase_recommendation_generation", "GenerationExistsException")
    listed = {"GenerationSummaryList": [{"RecommendationId": RUNNING, "GenerationStatus": "FAILED"}]}
    stubber.add_response("list_savings_plans_purchase_recommendation_generation", listed)
    for _ in recommendation.PLANS:
        stubber.add_response("get_savings_plans_purchase_recommendation", {})
    notes: list[str] = []
    assert recommendation.recommendations(account(ce=client), "SIXTY_DAYS", Silent, notes, wait=True) == ()
    assert notes == [
        "AWS's recommendation was not generated anew, the last one is shown: AWS reports that making it failed"
    ]


def test_cost_and_usage_goes_through_a_server() -> None:
    """The call itself, against moto, which answers what it was given and looks at no filter."""
    with mock_aws():
        answer = {"ResultsByTime": [hour(0, group("BoxUsage:g6e.xlarge", "us-east-1", "10"))]}
        requests.post(
            "http://motoapi.amazonaws.com/moto-api/static/ce/cost-and-usage-results",
            json={"results": [answer]},
            timeout=5,
        )
        wanted = {"Dimensions": {"Key": "SERVICE", "Values": [EC2]}}
        period = Period(FIRST, FIRST + timedelta(hours=1))
        client = boto3.client("ce", **KEYS)
        client.meta.events.register("provide-client-params.cost-explorer.*", checked)
        found = reading._grouped(account(ce=client), period.hours(), "HOURLY", wanted)
        assert found["BoxUsage:g6e.xlarge", "us-east-1"] == {"2026-11-08T00:00:00Z": Decimal(10)}


def test_the_check_of_enumerations_finds_strangers() -> None:
    client = boto3.client("ce", **KEYS)
    shape = client.meta.service_model.operation_model("GetSavingsPlansPurchaseRecommendation").input_shape
    assert list(strangers(shape, {"SavingsPlansType": "SAGEMAKER_SPX", "TermInYears": "ONE_YEAR"})) == [
        "SupportedSavingsPlansType: 'SAGEMAKER_SPX'"
    ]
