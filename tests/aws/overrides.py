"""Terraform override files that point a root at a local server, or at nothing, instead of AWS.

An override of a provider block merges with the block of the same name and alias: its arguments win, and a nested
block type that it mentions replaces all of that type. So every configuration of the root gets its own override.
See https://developer.hashicorp.com/terraform/language/files/override
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from tests.aws.endpoints import ENDPOINT_KEYS

Json: TypeAlias = dict[str, Any]

CLOSED_PORT = "http://127.0.0.1:9"
STATE_FILE = "terraform.tfstate"


def provider_aliases(root: Path) -> list[str | None]:
    """The aliases of the root's AWS provider configurations; `None` is the default one, which always exists."""
    aliases = [block.get("alias") for block in _provider_blocks(root)]
    return [None, *sorted({alias for alias in aliases if alias})]


def provider_override(root: Path, endpoint: str | None) -> Json:
    """The override for every AWS provider configuration; `endpoint=None` means that nothing may be called."""
    return {"provider": {"aws": [_configuration(alias, endpoint) for alias in provider_aliases(root)]}}


def backend_override() -> Json:
    """State beside the root, whatever backend it declares."""
    return {"terraform": {"backend": {"local": {"path": STATE_FILE}}}}


def _configuration(alias: str | None, endpoint: str | None) -> Json:
    configuration = _settings(endpoint) | {"endpoints": dict.fromkeys(ENDPOINT_KEYS, endpoint or CLOSED_PORT)}
    return configuration | {"alias": alias} if alias else configuration


def _settings(endpoint: str | None) -> Json:
    return {
        "access_key": "test",
        "secret_key": "test",
        "token": None,
        "profile": None,
        "shared_config_files": None,
        "shared_credentials_files": None,
        "allowed_account_ids": None,
        "forbidden_account_ids": None,
        "skip_credentials_validation": True,
        "skip_metadata_api_check": "true",
        "skip_region_validation": True,
        # Budgets are identified by the account: against a server it must be asked for.
        "skip_requesting_account_id": endpoint is None,
        "s3_use_path_style": True,
        # The development server of moto drops a connection now and then.
        "max_retries": 4 if endpoint else 1,
        "dynamic": [
            {block: {"for_each": [], "content": {}}} for block in ("assume_role", "assume_role_with_web_identity")
        ],
    }


def _provider_blocks(root: Path) -> Iterator[Json]:
    for file in sorted(root.glob("*.tf.json")):
        if not file.name.endswith("override.tf.json"):
            yield from _blocks(json.loads(file.read_text()).get("provider", {}))


def _blocks(providers: Any) -> Iterator[Json]:
    """Both spellings of JSON syntax: one object, or a list of them, at either level."""
    for named in _as_list(providers):
        yield from _as_list(named.get("aws", []))


def _as_list(value: Any) -> list[Json]:
    return value if isinstance(value, list) else [value]
