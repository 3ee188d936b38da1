"""A cdktf program with the prebuilt AWS bindings, for the stacks of a JSON document on standard input.

Run by the Python that has the bindings: it writes the source of the program, as a person would have written it with
typed classes, to standard output. References stay text, which spares the program the tokens a person would use.
"""

import json
import numbers
import sys
import typing
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

PACKAGE = "cdktf_cdktf_provider_aws"
HEAD = f"""import os
import cdktf
from {PACKAGE}.provider import AwsProvider, AwsProviderDefaultTags
"""


class Program:
    """Lines of source, and the modules they import."""

    def __init__(self) -> None:
        self.modules: dict[str, None] = {}
        self.lines: list[str] = []

    def stack(self, name: str, document: Mapping[str, Any]) -> None:
        self.lines.append(f"stack = cdktf.TerraformStack(app, {name!r})")
        self.lines.append(f"cdktf.LocalBackend(stack, path='terraform.{name}.tfstate')")
        for index, settings in enumerate(document["provider"]["aws"]):
            tags = f"[AwsProviderDefaultTags(tags={settings['default_tags'][0]['tags']!r})]"
            alias = f", alias={settings['alias']!r}" if "alias" in settings else ""
            region = settings["region"]
            self.lines.append(f"AwsProvider(stack, 'aws{index}', region={region!r}, default_tags={tags}{alias})")
        for mode, prefix in (("data", "data_"), ("resource", "")):
            for kind, named in document.get(mode, {}).items():
                for label, body in named.items():
                    self.resource(prefix + kind if prefix else kind.removeprefix("aws_"), label, body)
        for label, output in document.get("output", {}).items():
            self.lines.append(f"cdktf.TerraformOutput(stack, {'output_' + label!r}, value={output['value']!r})")

    def resource(self, module_name: str, label: str, body: Mapping[str, Any]) -> None:
        module = import_module(f"{PACKAGE}.{module_name}")
        self.modules[module_name] = None
        [made] = [found for found in vars(module).values() if "TF_RESOURCE_TYPE" in getattr(found, "__dict__", {})]
        given = {key: value for key, value in body.items() if key not in ("//", "depends_on", "lifecycle", "provider")}
        arguments = ", ".join(self.arguments(made, given, module_name))
        self.lines.append(f"made = {module_name}.{made.__name__}(stack, {label!r}, {arguments})")
        for key in ("depends_on", "lifecycle", "provider"):
            if key in body:
                self.lines.append(f"made.add_override({key!r}, {body[key]!r})")

    def arguments(self, made: type, given: Mapping[str, Any], module_name: str) -> Iterator[str]:
        hints = typing.get_type_hints(vars(made)["__init__"])
        for key, value in given.items():
            name = key if key in hints else f"{key}_"
            yield f"{name}={self.value(value, hints[name], module_name)}"

    def value(self, value: Any, hint: Any, module_name: str) -> str:
        parts = list(flat(hint))
        struct = next((part for part in parts if getattr(part, "__module__", "").endswith(f".{module_name}")), None)
        if struct is None:
            return repr(plain(value, parts))
        if isinstance(value, list):
            items = [self.value(item, hint, module_name) for item in value]
            return f"[{', '.join(items)}]" if takes_list(hint) else items[0]
        return f"{module_name}.{struct.__name__}({', '.join(self.arguments(struct, value, module_name))})"

    def source(self) -> str:
        imports = "".join(f"from {PACKAGE} import {name}\n" for name in self.modules)
        start = 'app = cdktf.App(outdir=os.environ["CDKTF_OUTDIR"])\n'
        return HEAD + imports + start + "\n".join(self.lines) + "\napp.synth()\n"


def plain(value: Any, parts: list[Any]) -> Any:
    """A value as the class wants it: some numbers and truth values as text, and the other way round."""
    if isinstance(value, bool) and bool not in parts and str in parts:
        return json.dumps(value)
    if isinstance(value, str) and str not in parts and numbers.Number in parts:
        return float(value)
    if isinstance(value, int) and not isinstance(value, bool) and numbers.Number not in parts and str in parts:
        return str(value)
    return value


def flat(hint: Any) -> Iterator[Any]:
    """Every class in a type hint."""
    arguments = typing.get_args(hint)
    if not arguments:
        yield hint
    for argument in arguments:
        yield from flat(argument)


def takes_list(hint: Any) -> bool:
    """Whether a block may be repeated."""
    members = typing.get_args(hint) if typing.get_origin(hint) is typing.Union else (hint,)
    return any(getattr(typing.get_origin(member), "__name__", "") == "Sequence" for member in members)


if __name__ == "__main__":
    program = Program()
    for stack, document in json.load(sys.stdin).items():
        program.stack(stack, document)
    sys.stdout.write(program.source())
