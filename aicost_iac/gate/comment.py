"""One comment on a pull or merge request, updated in place: `python -m aicost_iac.gate.comment FILE`.

Where it runs it knows from the environment of GitHub Actions or GitLab CI. The comment is found again by the marker in
its first line. A comment that can not be written is said on stderr and fails nothing: the gate's own exit code decides.

https://docs.github.com/en/rest/issues/comments, https://docs.gitlab.com/api/notes/
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PAGE = 100
_TIMEOUT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Thread:
    """Where the comments of one request are: `listed` reads and takes new ones, `one` and an id is a single one."""

    listed: str
    one: str
    update: str
    headers: Mapping[str, str]


def thread(environment: Mapping[str, str]) -> Thread | None:
    """The thread of the request this job runs for; None where it runs for none, or may not write."""
    return _github(environment) or _gitlab(environment)


def post(text: str, where: Thread) -> str:
    """Write the comment, or write it anew; its address. Raises `OSError` for what the server refuses."""
    marker = text.partition("\n")[0]
    found = _find(marker, where)
    method, url = ("POST", where.listed) if found is None else (where.update, f"{where.one}/{found}")
    written = _ask(method, url, where, {"body": text})
    return str(written.get("html_url") or f"{where.one}/{written.get('id', '')}")


def _github(environment: Mapping[str, str]) -> Thread | None:
    token, event = environment.get("GITHUB_TOKEN"), environment.get("GITHUB_EVENT_PATH")
    if not token or not event:
        return None
    number = json.loads(Path(event).read_text(encoding="utf-8")).get("pull_request", {}).get("number")
    if number is None:
        return None
    issues = f"{environment['GITHUB_API_URL']}/repos/{environment['GITHUB_REPOSITORY']}/issues"
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
    return Thread(f"{issues}/{number}/comments", f"{issues}/comments", "PATCH", headers)


def _gitlab(environment: Mapping[str, str]) -> Thread | None:
    token, request = environment.get("AICOST_GITLAB_TOKEN"), environment.get("CI_MERGE_REQUEST_IID")
    if not token or not request:
        return None
    project = f"{environment['CI_API_V4_URL']}/projects/{environment['CI_PROJECT_ID']}"
    notes = f"{project}/merge_requests/{request}/notes"
    return Thread(notes, notes, "PUT", {"PRIVATE-TOKEN": token})


def _find(marker: str, where: Thread) -> int | None:
    """The id of the comment that starts with the marker."""
    page = 1
    while comments := _ask("GET", f"{where.listed}?per_page={_PAGE}&page={page}", where):
        for each in comments:
            if str(each.get("body", "")).startswith(marker):
                return int(each["id"])
        if len(comments) < _PAGE:
            break
        page += 1
    return None


def _ask(method: str, url: str, where: Thread, body: Mapping[str, str] | None = None) -> Any:
    from urllib.request import Request, urlopen

    data = None if body is None else json.dumps(body).encode()
    headers = {**where.headers, "Content-Type": "application/json", "User-Agent": "aicost"}
    with urlopen(Request(url, data, headers, method=method), timeout=_TIMEOUT_SECONDS) as answer:
        return json.load(answer)


def main(file: str) -> None:
    """Post the comment in a file."""
    where = thread(os.environ)
    if where is None:
        print("no comment: this is no pull or merge request, or there is no token to write with", file=sys.stderr)
        return
    try:
        print(f"comment: {post(Path(file).read_text(encoding='utf-8'), where)}", file=sys.stderr)
    except OSError as error:
        print(f"the comment can not be written: {error}; the token needs the right to write it", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1])
