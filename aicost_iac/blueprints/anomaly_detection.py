"""AnomalyDetection: AWS looks at each day's spend for what is unusual, and tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from aicost_iac.blueprints._anomalies.alerts import AnomalyAlert
from aicost_iac.blueprints._anomalies.expansion import expand
from aicost_iac.blueprints._fleet.settings import Email
from aicost_iac.blueprints._tagging.taxonomy import Choices, GivenChoices, choices, choices_problems, tag_key
from aicost_iac.errors import Problem, did_you_mean
from aicost_iac.fields import Arn, matching
from aicost_iac.model import Blueprint, Context
from aicost_iac.plan import Plan

AccountId = Annotated[str, matching(r"\d{12}", "an account id: 12 digits")]
# https://docs.aws.amazon.com/cost-management/latest/userguide/getting-started-ad.html#monitor-type-def
_MOST = 10


class AnomalyDetection(Blueprint):
    """Cost Anomaly Detection: monitors, and who hears of what they find.

    It compares with the spend of the days before, and looks about three times a day at billing data that may be a day
    old: it finds what no budget was made for, and it finds it late. New services and keys need ten days of history.
    Monitors of tags, accounts and cost categories exist in the management account only; a member account has the
    service monitor. https://docs.aws.amazon.com/cost-management/latest/userguide/manage-ad.html
    """

    second_pass: ClassVar[bool] = True

    services: bool = False
    """Watch every AWS service by itself. An account has one such monitor, and AWS makes it for whoever first opens Cost
    Explorer: if it is there, the apply fails with a limit exceeded; then give `service_monitor_arn` instead."""
    service_monitor_arn: Arn | None = None
    """The account's existing monitor of services, to be told of."""
    by_tags: GivenChoices = Field(default_factory=dict)
    """A monitor per key, over at most ten values as one sum."""
    accounts: Annotated[Sequence[AccountId], Field(max_length=_MOST), AfterValidator(tuple)] = ()
    """Member accounts as one sum, ten at most."""
    cost_categories: Mapping[str, str] = Field(default_factory=dict)
    """A monitor per cost category, over one value of it."""
    alerts: Annotated[Sequence[AnomalyAlert], Field(min_length=1), AfterValidator(tuple)]
    """Who hears of it. A monitor without an alert tells nobody."""
    topic_arn: Arn | None = None
    """An existing topic for `immediate`; costalerts.amazonaws.com must be allowed to publish, by its key as well."""
    topic_emails: Annotated[Sequence[Email], AfterValidator(tuple)] = ()
    """Subscribers of the topic that is made for `immediate`; each must confirm."""
    elsewhere: bool = False
    """The tags are carried by what this app does not declare: nothing checks that they exist."""

    @property
    def tag_values(self) -> Choices:
        """`by_tags`, by tag key."""
        return choices(self.by_tags)

    @property
    def immediate(self) -> bool:
        """Whether an alert goes to a topic."""
        return any(alert.frequency == "immediate" for alert in self.alerts)

    @property
    def monitor_names(self) -> tuple[str, ...]:
        """What `AnomalyAlert.monitors` may name."""
        services = ("services",) if self.services or self.service_monitor_arn is not None else ()
        accounts = ("accounts",) if self.accounts else ()
        return (*services, *self.tag_values, *accounts, *self.cost_categories)

    def problems(self) -> Iterator[Problem]:
        yield from choices_problems("by_tags", self.tag_values)
        for key, values in self.tag_values.items():
            if not 1 <= len(values) <= _MOST:
                yield Problem(f"by_tags.{key}", f"needs 1 to {_MOST} values", len(values), "use one blueprint per ten")
        yield from self._monitors()
        yield from self._alerts()
        yield from self._topic()

    def expand(self, context: Context) -> Plan:
        return expand(self, context)

    def _monitors(self) -> Iterator[Problem]:
        names = self.monitor_names
        if not names:
            yield Problem("services", "or another monitor is required", remedy="services=True watches everything")
        if self.services and self.service_monitor_arn is not None:
            yield Problem("service_monitor_arn", "and services are two ways to one monitor", remedy="give one of them")
        for name in _twice(names):
            yield Problem("cost_categories", "has the name of another monitor", name, "rename the category")

    def _alerts(self) -> Iterator[Problem]:
        for name in _twice([alert.name for alert in self.alerts]):
            yield Problem("alerts", "hold one name twice", name, "give each its own")
        for index, alert in enumerate(self.alerts):
            for name in alert.monitors:
                if tag_key(name) not in self.monitor_names:
                    way_out = did_you_mean(name, self.monitor_names) or f"there are {', '.join(self.monitor_names)}"
                    yield Problem(f"alerts.{index}.monitors", "name a monitor that is not there", name, way_out)

    def _topic(self) -> Iterator[Problem]:
        given: tuple[tuple[Literal["topic_arn", "topic_emails"], object], ...] = (
            ("topic_arn", self.topic_arn),
            ("topic_emails", list(self.topic_emails) or None),
        )
        for field, value in given:
            if value is not None and not self.immediate:
                yield Problem(field, "has nothing to publish", value, 'only alerts with frequency="immediate" use it')
        if self.topic_emails and self.topic_arn is not None:
            yield Problem("topic_emails", "and topic_arn are two ways to one end", remedy="give one of them")


def _twice(names: Sequence[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
