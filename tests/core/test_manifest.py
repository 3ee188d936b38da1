"""A Kubernetes object as YAML: read back as itself, and the same data to readers of YAML 1.1 and of YAML 1.2."""

import io
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from aicost_iac import Assumption, KubeObject, Ref, Suppress
from aicost_iac.errors import NotPlainData, UnreadableDocument
from aicost_iac.kubernetes.manifest import dump, load, manifest, path
from tests.core.strategies import AMBIGUOUS, LITERALS, kube_objects


def read_1_1(text: str) -> Any:
    return yaml.safe_load(text)


def read_1_2(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(io.StringIO(text))


def config(body: dict[str, Any], **known: Any) -> KubeObject:
    return KubeObject("v1", "ConfigMap", "settings", "apps", body=body, **known)


@given(kube_objects())
def test_an_object_is_read_back_as_itself(item: KubeObject) -> None:
    assert load(read_1_1(dump(item))) == item


@given(kube_objects())
def test_yaml_1_1_and_1_2_give_the_same_data(item: KubeObject) -> None:
    written = dump(item)
    assert read_1_1(written) == manifest(item)
    assert read_1_2(written) == manifest(item)


@given(AMBIGUOUS | LITERALS)
@example("1E3")
@example("-_")
@example("._")
@example("\n  a")
def test_a_text_is_a_text_as_value_and_as_key(text: str) -> None:
    written = dump(config({"data": {"value": text, text: "key"}}))
    assert read_1_1(written)["data"] == read_1_2(written)["data"] == {"value": text, text: "key"}


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
@example(1e-7)
def test_a_number_is_a_number(number: float) -> None:
    written = dump(config({"data": {"value": number}}))
    assert read_1_1(written)["data"]["value"] == read_1_2(written)["data"]["value"] == number


def test_scripts_are_blocks_a_person_can_read() -> None:
    assert 'data:\n  run.sh: |\n    set -e\n    echo "${HOME}"\n' in dump(
        config({"data": {"run.sh": 'set -e\necho "${HOME}"\n'}})
    )


def test_equal_parts_are_written_out_not_shared() -> None:
    shared = {"cpu": 1}
    assert "&" not in dump(config({"limits": shared, "requests": shared}))


def test_empty_objects_and_null_mean_something_and_stay() -> None:
    body: dict[str, Any] = {"spec": {"emptyDir": {}, "args": [], "suspend": None}}
    assert read_1_1(dump(config(body)))["spec"] == body["spec"]


def test_what_the_author_knew_stands_in_annotations() -> None:
    item = config(
        {},
        origin="Fleet/x",
        suppress=(Suppress(rule="MIG001", reason="one of a kind"),),
        assume=(Assumption("load", "12", "req/s"),),
    )
    assert manifest(item)["metadata"]["annotations"] == {
        "aicost.dev/origin": "Fleet/x",
        "aicost.dev/suppress": '[{"rule":"MIG001","reason":"one of a kind"}]',
        "aicost.dev/assume": '[{"name":"load","value":"12","unit":"req/s"}]',
    }


def test_a_bare_object_has_neither_empty_labels_nor_a_namespace() -> None:
    assert manifest(KubeObject("v1", "Namespace", "apps"))["metadata"] == {"name": "apps"}


@pytest.mark.parametrize(
    ("item", "where"),
    [
        (config({}), "kubernetes/apps/configmap-settings.yaml"),
        (KubeObject("v1", "Namespace", "apps"), "kubernetes/_cluster/namespace-apps.yaml"),
    ],
)
def test_where_an_object_is_written(item: KubeObject, where: str) -> None:
    assert path(item) == where


@pytest.mark.parametrize(
    ("body", "place", "reason"),
    [
        ({"data": {"a": {1, 2}}}, "data.a", "set has no JSON form"),
        ({"data": {"a": [b"x"]}}, "data.a.0", "bytes has no JSON form"),
        ({"data": {8080: "x"}}, "data", "keys must be strings"),
        ({"data": {"a": float("nan")}}, "data.a", "JSON has no such number"),
        ({"data": {"a": Ref("aws_vpc.a", "id")}}, "data.a", "only Terraform evaluates expressions"),
    ],
)
def test_what_a_manifest_can_not_hold_is_refused_with_its_place(body: Any, place: str, reason: str) -> None:
    with pytest.raises(NotPlainData, match=rf"v1/ConfigMap/apps/settings: {place} holds .*{reason}"):
        config(body)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ({"metadata": []}, None),
        ({"metadata": "x"}, "metadata should be an object, it is str"),
        ({"metadata": {"labels": ["a"]}}, "labels should be an object, it is list"),
        ({"metadata": {"annotations": {"aicost.dev/suppress": "{"}}}, "is not as we wrote it"),
        ({"metadata": {"annotations": {"aicost.dev/suppress": '[{"rule": "MIG001"}]'}}}, "reason: is required"),
        ({"metadata": {"annotations": {"aicost.dev/assume": "[1]"}}}, "is not as we wrote it"),
        ({"metadata": {"annotations": {"aicost.dev/assume": 1}}}, "is not as we wrote it"),
    ],
)
def test_what_others_write_is_read_or_refused(written: Any, reason: str | None) -> None:
    if reason is None:
        assert load(written).name == ""
        return
    with pytest.raises(UnreadableDocument, match=rf"(?s)x\.yaml: .*{reason}"):
        load(written, "x.yaml")
