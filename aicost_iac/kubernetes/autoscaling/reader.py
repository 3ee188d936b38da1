"""From plain data to `Scaling`: every problem is found at once, with its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, get_args

from aicost_iac.errors import InvalidBlueprint, Problem, did_you_mean
from aicost_iac.kubernetes.autoscaling.quantities import quantity
from aicost_iac.kubernetes.autoscaling.spec import (
    DEFAULT_DOWN,
    DEFAULT_UP,
    Behavior,
    Fallback,
    FallbackBehavior,
    Policy,
    PolicyType,
    Rules,
    Scaling,
    SelectPolicy,
)
from aicost_iac.kubernetes.autoscaling.triggers import read_trigger

T = TypeVar("T")
Data = Mapping[str, Any]


def read(spec: Data) -> Scaling:
    """A ScaledObject's `spec`. Raises `InvalidBlueprint` naming everything KEDA would refuse or this can not follow."""
    reader = _Reader()
    scaling = reader.scaling(spec)
    reader.problems.extend(_contradictions(scaling))
    if reader.problems:
        raise InvalidBlueprint("ScaledObject", reader.problems)
    return scaling


def _contradictions(scaling: Scaling) -> Iterator[Problem]:
    if scaling.least > scaling.most:
        yield Problem("minReplicaCount", f"is above maxReplicaCount, {scaling.most}", scaling.least)
    if scaling.idle is not None and scaling.idle >= scaling.least:
        way_out = "leave idleReplicaCount out where minReplicaCount is 0"
        yield Problem("idleReplicaCount", f"must be below minReplicaCount, {scaling.least}", scaling.idle, way_out)
    if scaling.triggers and scaling.on_pods_alone and scaling.least == 0:
        yield Problem("triggers", "are cpu and memory only: KEDA refuses minReplicaCount 0 with them")


class _Reader:
    """Reads on after a problem, so that all are told."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def scaling(self, spec: Data) -> Scaling:
        advanced = self._block(spec, "advanced", "")
        modifiers = self._block(advanced, "scalingModifiers", "advanced.")
        if modifiers.get("formula"):
            way_out = "simulate the triggers without the formula, or give one trigger the formula's values as its curve"
            self._add("advanced.scalingModifiers.formula", "is not evaluated here", modifiers["formula"], way_out)
        return Scaling(
            triggers=tuple(self._triggers(spec)),
            least=self._integer(spec, "minReplicaCount", 0),
            most=self._integer(spec, "maxReplicaCount", 100, least=1),
            idle=self._optional(spec, "idleReplicaCount"),
            polling=self._integer(spec, "pollingInterval", 30, least=1),
            cooldown=self._integer(spec, "cooldownPeriod", 300),
            initial_cooldown=self._integer(spec, "initialCooldownPeriod", 0),
            fallback=self._fallback(spec),
            behavior=self._behavior(advanced),
        )

    def _triggers(self, spec: Data) -> Iterator[Any]:
        written = spec.get("triggers")
        if not isinstance(written, list | tuple) or not written:
            self._add("triggers", "is required: a list of one trigger or more", written)
            return
        for index, each in enumerate(written):
            place = f"triggers.{index}"
            if not isinstance(each, Mapping):
                self._add(place, "is not an object", each)
                continue
            trigger, problems = read_trigger(each, place)
            self.problems.extend(problems)
            if trigger is not None:
                yield trigger

    def _fallback(self, spec: Data) -> Fallback | None:
        if spec.get("fallback") is None:
            return None
        body = self._block(spec, "fallback", "")
        for key in ("failureThreshold", "replicas"):
            if key not in body:
                self._add(f"fallback.{key}", "is required")
        behavior = self._word(body, "behavior", "static", get_args(FallbackBehavior), "fallback.")
        return Fallback(
            self._integer(body, "failureThreshold", 0, "fallback."),
            self._integer(body, "replicas", 0, "fallback."),
            behavior,
        )

    def _behavior(self, advanced: Data) -> Behavior | None:
        config = self._block(advanced, "horizontalPodAutoscalerConfig", "advanced.")
        place = "advanced.horizontalPodAutoscalerConfig."
        if config.get("behavior") is None:
            return None
        behavior = self._block(config, "behavior", place)
        up = self._rules(behavior, "scaleUp", DEFAULT_UP, f"{place}behavior.")
        return Behavior(up, self._rules(behavior, "scaleDown", DEFAULT_DOWN, f"{place}behavior."))

    def _rules(self, behavior: Data, key: str, default: Rules, place: str) -> Rules:
        body, inside = self._block(behavior, key, place), f"{place}{key}."
        written = body.get("policies") or ()
        policies = tuple(self._policy(each, f"{inside}policies.{i}.") for i, each in enumerate(written))
        tolerance = quantity(body.get("tolerance", default.tolerance))
        if tolerance is None or tolerance < 0:
            self._add(f"{inside}tolerance", "is not a share such as 0.05", body.get("tolerance"))
        return Rules(
            self._integer(body, "stabilizationWindowSeconds", default.window, inside),
            policies or default.policies,
            self._word(body, "selectPolicy", "Max", get_args(SelectPolicy), inside),
            default.tolerance if tolerance is None else tolerance,
        )

    def _policy(self, body: Any, place: str) -> Policy:
        written = body if isinstance(body, Mapping) else {}
        for key in ("type", "value", "periodSeconds"):
            if key not in written:
                self._add(f"{place}{key}", "is required")
        kind = self._word(written, "type", "Pods", get_args(PolicyType), place)
        value = self._integer(written, "value", 1, place, least=1)
        return Policy(kind, value, self._integer(written, "periodSeconds", 15, place, least=1))

    def _block(self, body: Data, key: str, place: str) -> Data:
        found = body.get(key)
        if found is None or isinstance(found, Mapping):
            return found or {}
        self._add(f"{place}{key}", "is not an object", found)
        return {}

    def _optional(self, body: Data, key: str) -> int | None:
        return None if body.get(key) is None else self._integer(body, key, 0)

    def _integer(self, body: Data, key: str, default: int, place: str = "", least: int = 0) -> int:
        written = body.get(key)
        if written is None:
            return default
        if isinstance(written, bool) or not isinstance(written, int) or written < least:
            self._add(f"{place}{key}", f"is not a whole number of {least} or more", written)
            return default
        return written

    def _word(self, body: Data, key: str, default: T, known: tuple[T, ...], place: str) -> T:
        written = body.get(key, default)
        if written in known:
            return written  # type: ignore[no-any-return]
        hint = did_you_mean(str(written), map(str, known)) or f"one of {', '.join(map(str, known))}"
        self._add(f"{place}{key}", "is not known", written, hint)
        return default

    def _add(self, place: str, message: str, value: object = None, remedy: str = "") -> None:
        self.problems.append(Problem(place, message, value, remedy))
