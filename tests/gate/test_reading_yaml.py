"""YAML streams: values as the API server reads them, places, and what is broken or too large."""

import time

import pytest

from aicost_iac.errors import UnreadableDocument
from aicost_iac.gate.limits import MAX_DEPTH
from aicost_iac.plan import KubeObject
from tests.gate.files import judged, node, only, read

HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n"

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: ü
spec:
  containers:
    - name: ä
      args: [one, two]
"""


def data(text: str) -> object:
    """What `data: ...` holds."""
    made = node(f"{HEAD}data: {text}\n", "given.yaml")
    assert isinstance(made, KubeObject)
    return made.body["data"]


def broken(text: str) -> UnreadableDocument:
    [problem] = read(text).broken
    return problem


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("{a: 1, b: -2, c: 0x10, d: 0b11, e: 017, f: 1_000}", {"a": 1, "b": -2, "c": 16, "d": 3, "e": 15, "f": 1000}),
        ("{a: 1.5, b: 1e3, 'q': '1e3', c: .inf, d: .nan}", {"a": 1.5, "b": 1000, "q": "1e3", "c": ".inf", "d": ".nan"}),
        ("{a: yes, b: Off, c: 'no', d: null, e: ~}", {"a": True, "b": False, "c": "no", "d": None, "e": None}),
        ("{a: 2026-11-20, b: 12:30:45, c: 1:30}", {"a": "2026-11-20", "b": "12:30:45", "c": "1:30"}),
        ("{a: 9007199254740993, 8080: b, true: c}", {"a": "9007199254740993", "8080": "b", "true": "c"}),
        ("{a: &x [1, {b: 2}], c: *x}", {"a": [1, {"b": 2}], "c": [1, {"b": 2}]}),
        ("{base: &base {a: 1, b: 2}, own: {<<: *base, b: 3}}", {"base": {"a": 1, "b": 2}, "own": {"a": 1, "b": 3}}),
        ("{a: !vault secret, b: !!binary aGk=}", {"a": "secret", "b": "aGk="}),
    ],
)
def test_values_are_what_the_api_server_would_take(written: str, value: object) -> None:
    assert data(written) == value


def test_places_are_lines_and_columns_of_keys_and_items() -> None:
    pod = read(f"# first\n---\n{HEAD}---\n{POD}").found[1]
    assert pod.address == "v1/Pod//ü"
    assert pod.locate(()) == (7, 1)
    assert pod.locate(("spec", "containers", 0)) == (13, 7)
    assert pod.locate(("spec", "containers", 0, "args")) == (14, 7)
    assert pod.locate(("spec", "containers", 0, "args", 1)) == (14, 19)


def test_the_place_of_what_is_not_there_is_that_of_what_would_hold_it() -> None:
    found = only(read(f"{HEAD}data: {{}}\n"))
    assert found.locate(("data", "config.yaml")) == (4, 1)
    assert found.locate(("spec", "replicas")) == (1, 1)


LAYOUTS = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: layouts}
data:
  config.yaml: |  # read by mig-manager

    version: v1
    mig-configs:
      small:
        - devices: all
  flow.yaml: "mig-configs: {small: []}"
"""


def test_places_reach_into_documents_that_stand_in_a_block() -> None:
    found = only(read(f"---\n{LAYOUTS}"))
    assert found.locate(("data", "config.yaml")) == (6, 3)
    assert found.locate(("data", "config.yaml", "mig-configs", "small")) == (10, 7)
    assert found.locate(("data", "config.yaml", "mig-configs", "small", 0, "devices")) == (11, 11)
    assert found.locate(("data", "config.yaml", "nothing")) == (6, 3)
    assert found.locate(("data", "flow.yaml", "mig-configs", "small")) == (12, 3)


def test_a_broken_document_has_its_place_and_does_not_end_the_stream() -> None:
    loaded = read(f"{HEAD}---\napiVersion: v1\nkind: [\n---\n{HEAD.replace('settings', 'second')}")
    assert [each.address for each in loaded.found] == ["v1/ConfigMap//settings", "v1/ConfigMap//second"]
    assert loaded.found[1].locate(()) == (8, 1)
    [problem] = loaded.broken
    assert (problem.line, problem.file) == (7, "given.yaml")


def test_items_of_lists_are_objects_of_their_own() -> None:
    item = "  - apiVersion: v1\n    kind: Secret\n    metadata: {{name: {}}}\n"
    loaded = read("apiVersion: v1\nkind: List\nitems:\n" + item.format("a") + item.format("b"))
    assert [each.address for each in loaded.found] == ["v1/Secret//a", "v1/Secret//b"]
    assert [each.locate(()) for each in loaded.found] == [(4, 5), (7, 5)]


def test_documents_that_are_no_objects_say_nothing() -> None:
    loaded = read("image:\n  tag: 1.0\n---\n- a\n---\njust text\n---\n# nothing\n")
    assert (loaded.found, loaded.broken, loaded.files) == ((), (), ())


def test_the_same_object_twice_is_two() -> None:
    loaded = read(f"{HEAD}---\n{HEAD}")
    assert len({(each.root, each.node.address) for each in loaded.found}) == 2


def test_metadata_that_is_no_mapping_is_told() -> None:
    problem = broken("apiVersion: v1\nkind: Pod\nmetadata: [a]\n")
    assert (problem.reason, problem.line) == ("metadata should be an object, it is list", 3)


def test_aliases_that_multiply_each_other_are_refused() -> None:
    levels = [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9) if i else '1, 2, 3'}]" for i in range(12)]
    problem = broken(HEAD + "data:\n  " + "\n  ".join(levels) + "\n")
    assert "aliases multiply" in problem.reason
    assert problem.line > 4


def test_what_a_template_fills_in_is_unknown() -> None:
    assert data("{a: {{ .Values.a }}, b: 1}") == {"a": "{{ }}", "b": 1}
    [problem] = judged({"a.yaml": f"{HEAD}data: {{{{ x }}\n"}).findings
    assert (problem.finding.rule, problem.is_error) == ("GATE001", False)
    assert "is a template: pipe what becomes of it" in problem.finding.message


def test_an_alias_to_itself_is_refused() -> None:
    assert "aliases multiply" in broken(f"{HEAD}data: &a {{b: *a}}\n").reason


def test_depth_has_a_limit() -> None:
    assert f"deeper than {MAX_DEPTH}" in broken(f"{HEAD}data: {'[' * 200}{']' * 200}\n").reason
    assert "nesting" in broken(f"{HEAD}data: {'[' * 100_000}\n").reason


def test_ten_thousand_documents_are_read_in_time_that_grows_with_their_number() -> None:
    document = f"{HEAD}data: {{a: '1', b: '2'}}\n---\n"

    def seconds(count: int) -> float:
        start = time.perf_counter()
        assert len(read(document * count).found) == count
        return time.perf_counter() - start

    few = min(seconds(1_000) for _ in range(3))
    assert seconds(10_000) < 30 * few + 1
