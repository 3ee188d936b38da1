"""What hypothesis draws plans from: any Unicode, what trips over Terraform's template syntax, every kind of node."""

from collections.abc import Mapping
from typing import Any, Literal

from hypothesis import strategies as st

from aicost_iac import Assumption, KubeObject, Output, Plan, Raw, Ref, Resource, Suppress, template
from aicost_iac.canonical import MAX_INTEGER
from aicost_iac.expr import Text

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TEMPLATE_LIKE = st.text('$%{}"\\~a\n\r', max_size=12)
LITERALS = ANY | TEMPLATE_LIKE

EXTERNAL = ("aws_subnet.theirs", "data.aws_vpc.theirs", "google_compute_network.theirs-too")
ATTRIBUTES = ("id", "arn", "listener[0].port", 'tags["Name"]', "subnets[*].id", "*.id")
DIRECTIVES = ("if true", "for x in [1] ~", "endif", "endfor")
CODE = (
    "var.size",
    "each.key",
    "path.module",
    'upper("a}b")',
    'jsonencode({ a = "${var.b}" })',
    '"${"$"}{"',
    "length(aws_subnet.theirs.*.id)",
)
REFS = st.builds(Ref, st.sampled_from(EXTERNAL), st.sampled_from(ATTRIBUTES))
RAWS = st.builds(Raw, st.sampled_from(CODE)) | st.builds(Raw, st.sampled_from(DIRECTIVES), st.just("%"))

NUMBERS = st.integers(-MAX_INTEGER, MAX_INTEGER) | st.floats(-(2.0**53), 2.0**53)
NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_-]{0,8}", fullmatch=True)
IDENTIFIERS = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
TYPES = st.sampled_from(["aws_sqs_queue", "aws_iam_role", "helm_release"])
MODES: st.SearchStrategy[Literal["resource", "data"]] = st.sampled_from(["resource", "data"])
KEYS = st.tuples(MODES, TYPES, NAMES)

# What one of YAML's versions, or Kubernetes' reader, takes for a number, a truth value, a date, nothing or syntax.
WORDS = (
    *("y", "n", "yes", "No", "ON", "off", "true", "True", "FALSE", "null", "NULL", "~", ".inf", "-.INF", ".NaN"),
    *("0o17", "0O17", "017", "0b1", "0x1F", "0X1f", "1_000", "1e3", "1E3", "1.5e3", "1.5E3", ".5e3", "+.5E-3", "1."),
    *("2026-11-24", "2026-11-24T10:00:00Z", "1:30", "12:30:45", "+1", "=", "<<", "-", "?", ":", "|", ">", "[]", "{}"),
    *("#a", "@a", "`a", "!a", "&a", "*a", "%a", "- a", "---", "...", "a: b", "a #b", "", " ", " a", "a ", "\t", "'"),
    *("a\nb", "\n", "\n a", " \n", "a\n\n", "\ufeff", "\ufeffa", "\x7f", "\x85", "a\x85b", "\u2028", "a\u2029", "\r\n"),
)
NUMBER_LIKE = st.from_regex(r"[-+]?(0[xobXOB])?[0-9_]{0,3}[.:]?[0-9_]{0,3}([eE][-+]?[0-9]{1,2})?", fullmatch=True)
AMBIGUOUS = st.sampled_from(WORDS) | NUMBER_LIKE


def templates(refs: st.SearchStrategy[Ref] = REFS) -> st.SearchStrategy[Text]:
    """Literals, references and expressions in any order."""
    return st.lists(LITERALS | refs | RAWS, max_size=5).map(lambda parts: template(*parts))


def nested(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Lists and objects of leaves, empty ones included."""
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(LITERALS, inner, max_size=3),
        max_leaves=8,
    )


def bodies(refs: st.SearchStrategy[Ref] = REFS) -> st.SearchStrategy[Any]:
    """Anything an attribute may hold."""
    return nested(templates(refs) | NUMBERS | st.booleans() | st.none())


SUPPRESSIONS = st.builds(
    Suppress,
    rule=st.sampled_from(["SPOT002", "KEDA001[queue]"]),
    reason=st.text("ab ${}'é").map("because {}.".format),
)
ASSUMPTIONS = st.builds(
    Assumption,
    name=ANY.filter(bool),
    value=st.decimals(allow_nan=False, allow_infinity=False).map(str),
    unit=ANY.filter(bool),
    source=ANY,
    as_of=st.sampled_from(["", "2026-11-24"]),
)


@st.composite
def knowledge(draw: st.DrawFn) -> dict[str, Any]:
    """What a node may know besides its body."""
    return {
        "origin": draw(ANY),
        "suppress": tuple(draw(st.lists(SUPPRESSIONS, max_size=2))),
        "assume": tuple(draw(st.lists(ASSUMPTIONS, max_size=2))),
    }


def address_of(key: tuple[str, str, str]) -> str:
    mode, kind, name = key
    return f"data.{kind}.{name}" if mode == "data" else f"{kind}.{name}"


def meta_arguments(addresses: list[str]) -> st.SearchStrategy[Mapping[str, Any]]:
    """What is Terraform's, not the provider's."""
    optional: dict[str, st.SearchStrategy[Any]] = {
        "depends_on": st.lists(st.sampled_from(addresses), max_size=2, unique=True),
        "lifecycle": st.just({"prevent_destroy": True, "ignore_changes": ["tags"]}),
        "count": st.integers(0, 3),
        "for_each": st.dictionaries(IDENTIFIERS, ANY, max_size=2) | st.just(Raw("var.all")),
        "provider": st.just("aws.west"),
    }
    return st.fixed_dictionaries({}, optional=optional)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Resources that may read each other and what lies outside, with everything a node can know, and outputs."""
    keys = draw(st.lists(KEYS, max_size=4, unique=True))
    addresses = [*map(address_of, keys), *EXTERNAL]
    refs = st.builds(Ref, st.sampled_from(addresses), st.sampled_from(ATTRIBUTES))
    attributes = st.dictionaries(IDENTIFIERS, bodies(refs), max_size=3)
    resources = [
        Resource(kind, name, {**draw(attributes), **draw(meta_arguments(addresses))}, mode, **draw(knowledge()))
        for mode, kind, name in keys
    ]
    outputs = st.builds(Output, bodies(refs), ANY, st.booleans())
    return Plan(
        tuple(resources),
        outputs=draw(st.dictionaries(IDENTIFIERS, outputs, max_size=2)),
        external=frozenset(EXTERNAL),
    )


@st.composite
def kube_objects(draw: st.DrawFn) -> KubeObject:
    """Any object with any plain body, empty objects and null included."""
    texts = LITERALS | AMBIGUOUS
    marks = st.dictionaries(IDENTIFIERS, texts, max_size=3)
    fields = st.sampled_from(["data", "spec", "status", "type"])
    body = st.dictionaries(fields, nested(texts | NUMBERS | st.booleans() | st.none()), max_size=3)
    return KubeObject(
        draw(st.sampled_from(["v1", "apps/v1", "keda.sh/v1alpha1"])),
        draw(st.sampled_from(["ConfigMap", "Deployment", "ScaledObject"])),
        draw(IDENTIFIERS),
        draw(st.none() | IDENTIFIERS),
        draw(marks),
        draw(marks),
        draw(body),
        **draw(knowledge()),
    )
