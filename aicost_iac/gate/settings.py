"""What a repository tells the gate: `[tool.aicost]` in pyproject.toml, or `.aicost.yaml`.

[tool.aicost]
external_tags = ["team", "workload-type=training"]
exclude = ["tests/*"]

[tool.aicost.rules]            # by id or by group: off, on, warning, error
SPOT005 = "off"
hygiene = "on"

[tool.aicost.cluster]
flavour = "eks"
mig_strategy = "mixed"

[tool.aicost.checkov.skip]     # a check that is knowingly failed, and why
CKV_AWS_144 = "Checkpoints are made again: no copy in a second region"
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, StringConstraints

from aicost_iac.catalog import ModelShape
from aicost_iac.errors import Problem, UsageError, did_you_mean
from aicost_iac.fields import Model, Region
from aicost_iac.rules import Cluster, Facts, Group, Severity
from aicost_iac.rules.registry import ids
from aicost_iac.rules.world import Flavour, MigStrategy

YAML_FILE = Path(".aicost.yaml")
Choice = Literal["off", "on", "warning", "error"]
GROUPS: tuple[Group, ...] = get_args(Group)
# Keys of `[tool.aicost]` that are for other commands.
_OTHERS = frozenset({"app"})
_SWITCHES: Mapping[Any, Choice] = {True: "on", False: "off"}

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=8)]


class ClusterSettings(Model):
    """What is known of the cluster that no file says; what is left out is unknown."""

    flavour: Flavour | None = None
    mig_strategy: MigStrategy | None = None
    honor_labels: bool | None = None
    """Whether Prometheus keeps the labels of the DCGM exporter (`honorLabels`)."""
    keda_version: str | None = None


class CheckovSettings(Model):
    """How Checkov is run beside our own rules."""

    run: bool | None = None
    """Always or never; by default where a `checkov` is found."""
    command: str | None = None
    """The program; by default $AICOST_CHECKOV, else `checkov` on PATH."""
    skip: Mapping[str, Reason] = Field(default_factory=dict)
    """Checks that are knowingly failed, each with its reason: eight characters at least."""


class ModelSettings(Model):
    """The sizes in a model's Hugging Face `config.json`, for a model the catalog lacks."""

    parameters: int = Field(gt=0)
    layers: int = Field(gt=0)
    hidden: int = Field(gt=0)
    attention_heads: int = Field(gt=0)
    kv_heads: int = Field(gt=0)
    head_dim: int | None = Field(default=None, gt=0)
    """Default: `hidden / attention_heads`."""
    vocab: int = Field(gt=0)
    tie_embeddings: bool = False
    max_positions: int | None = Field(default=None, gt=0)

    def shape(self, name: str) -> ModelShape:
        return ModelShape(
            **self.model_dump(exclude={"head_dim"}),
            head_dim=self.head_dim or self.hidden // self.attention_heads,
            name=name,
            hugging_face_id=name,
            same_shape=(),
            intermediate=0,
            experts=0,
            qkv_bias=False,
            source=("settings of the gate",),
            date="",
            note="",
        )


class Settings(Model):
    """Everything the gate is told."""

    rules: Mapping[str, Choice] = Field(default_factory=dict)
    """By rule id or group. A rule's own entry counts more than its group's."""
    paths: Sequence[str] = ()
    """What `aicost check` judges when no path is given."""
    exclude: Sequence[str] = ()
    """Patterns of files and folders that are passed over."""
    external_tags: Sequence[str] = ()
    """Tags (`key` or `key=value`) that something outside of the files sets."""
    external_labels: Sequence[str] = ()
    """Node labels that something outside of the files sets."""
    region: Region | None = None
    """Default: the one region of the files' AWS provider."""
    provider_version: str | None = None
    now: date | Literal["today"] | None = None
    """The day that dates in files are compared with; `today` reads the clock, by default it is unknown."""
    fail_on: Severity | Literal["never"] = "error"
    cluster: ClusterSettings = ClusterSettings()
    models: Mapping[str, ModelSettings] = Field(default_factory=dict)
    """Shapes of models the catalog lacks, by the name that is served."""
    checkov: CheckovSettings = CheckovSettings()

    def problems(self) -> Iterator[Problem]:
        for name in self.rules:
            if name not in GROUPS and name not in ids():
                hint = did_you_mean(name, (*ids(), *GROUPS)) or "`aicost rules list` shows ids and groups"
                yield Problem(f"rules.{name}", "is neither a rule's id nor a group", remedy=hint)

    def facts(self) -> Facts:
        """What rules are told."""
        return Facts(
            now=date.today() if self.now == "today" else self.now,
            cluster=Cluster(**self.cluster.model_dump()),
            external_tags=frozenset(self.external_tags),
            external_labels=frozenset(self.external_labels),
            provider_version=self.provider_version,
            region=self.region,
            models={name: each.shape(name) for name, each in self.models.items()},
        )


def read_settings(table: Mapping[str, Any], file: Path | None = None) -> Settings:
    """The settings of `[tool.aicost]`, or of a YAML file: the one that is named, or ./.aicost.yaml.

    Raises `UsageError` where both say something, or the file can not be read, and `InvalidBlueprint` for what is wrong
    in them.
    """
    own = {key: value for key, value in table.items() if key not in _OTHERS}
    if file is None and YAML_FILE.is_file():
        if own:
            keys = ", ".join(sorted(own))
            raise UsageError(f"both {YAML_FILE} and [tool.aicost] in pyproject.toml ({keys}) tell the gate: keep one")
        file = YAML_FILE
    return Settings(**(own if file is None else _yaml(file)))


def overridden(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """The settings with other values under dotted keys, as in `{"cluster.flavour": "eks"}`."""
    data = settings.model_dump(exclude_unset=True)
    for key, value in changes.items():
        *parents, last = key.split(".")
        holder = data
        for name in parents:
            inner = holder.get(name)
            holder[name] = holder = dict(inner) if isinstance(inner, dict) else {}
        holder[last] = value
    return Settings(**data)


def _yaml(file: Path) -> dict[str, Any]:
    import yaml

    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UsageError(f"{file} can not be read: {error}") from error
    if not isinstance(data, dict | None):
        raise UsageError(f"{file} should be a mapping of settings, it is {type(data).__name__}")
    settings = dict(data or {})
    if isinstance(rules := settings.get("rules"), dict):
        # YAML 1.1 reads off and on as truth values.
        settings["rules"] = {key: _SWITCHES.get(value, value) for key, value in rules.items()}
    return settings
