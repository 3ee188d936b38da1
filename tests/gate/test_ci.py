"""The GitHub action, the GitLab include and the pre-commit hooks: their shell steps run in a throw-away repository."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from aicost_iac.gate.formats.markdown import MARKER
from tests.environments import REPOSITORY, find_program, python_environment, with_path
from tests.gate.ci_files import action_steps, gitlab_job, loaded, schema
from tests.gate.comments_server import CommentsServer
from tests.gate.files import write

GOOD = """\
provider "aws" {
  region = "us-east-1"
}

resource "aws_instance" "trainer" {
  ami           = "ami-0a1b2c3d4e5f60718"
  instance_type = "g6e.xlarge"
}
"""
BETTER = GOOD.replace("g6e.xlarge", "g6e.2xlarge")
BAD = f"""{GOOD}
resource "aws_spot_fleet_request" "trainers" {{
  iam_fleet_role  = "arn:aws:iam::123456789012:role/fleet"
  target_capacity = 2
}}
"""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository with one good commit."""
    folder = tmp_path / "repository"
    write(folder, {"infrastructure/main.tf": GOOD})
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder)
    return folder


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=tester", "-c", "user.email=tester@example.com", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(folder: Path) -> str:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "a change")
    return git(folder, "rev-parse", "HEAD")


def bash(script: str, folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "CI_", "AICOST_"))
    }
    path = with_path(Path(sys.executable).parent)
    variables = {**inherited, "PATH": path, **environment}
    return subprocess.run(
        ["bash", "-c", script], cwd=folder, env=variables, capture_output=True, text=True, check=False
    )


def settings(out: Path, **changed: str) -> dict[str, str]:
    """The variables of the gate's step, as the action sets them."""
    plain = {"BASE": "", "BASELINE": "", "FAIL_ON": "error", "FORMAT": "github", "PATHS": "infrastructure"}
    given = {**plain, "OUT": str(out), "WITH_CHECKOV": "false", "WITH_COST": "true", **changed}
    return {f"AICOST_{name}": value for name, value in given.items()}


def gate(folder: Path, text: str, **changed: str) -> tuple["subprocess.CompletedProcess[str]", Path]:
    """A change to the repository, judged; and where the reports are."""
    base = git(folder, "rev-parse", "HEAD")
    write(folder, {"infrastructure/main.tf": text})
    commit(folder)
    out = folder.parent / "out"
    return bash(action_steps()["gate"], folder, **settings(out, **{"BASE": base, **changed})), out


def test_a_bad_change_fails_with_annotations_a_comment_and_sarif(repository: Path) -> None:
    done, out = gate(repository, BAD)
    assert done.returncode == 0, done.stderr
    assert (out / "code").read_text() == "1\n"
    errors = [line for line in done.stdout.splitlines() if line.startswith("::error ")]
    assert any("file=infrastructure/main.tf,line=10,col=1,title=SPOT002" in line for line in errors)
    comment = (out / "comment.md").read_text()
    assert comment.startswith(f"{MARKER}\n### aicost check: ")
    assert "`SPOT002`" in comment
    assert "<!-- aicost cost -->" in comment
    assert json.loads((out / "check.sarif").read_text())["version"] == "2.1.0"
    assert json.loads((out / "check.json").read_text())["findings"]
    assert "<testsuites" in (out / "check.xml").read_text()
    assert bash(action_steps()["verdict"], repository, AICOST_OUT=str(out)).returncode == 1


def test_a_good_change_passes_and_says_what_it_costs(repository: Path) -> None:
    done, out = gate(repository, BETTER)
    assert (done.returncode, (out / "code").read_text()) == (0, "0\n"), done.stderr
    comment = (out / "comment.md").read_text()
    assert "### aicost check: nothing to say" in comment
    assert "aws_instance.trainer" in comment.partition("<!-- aicost cost -->")[2]
    assert git(repository, "worktree", "list").count("\n") == 0
    assert bash(action_steps()["verdict"], repository, AICOST_OUT=str(out)).returncode == 0


def test_a_baseline_and_no_cost_are_heeded(repository: Path) -> None:
    write(repository, {"infrastructure/main.tf": BAD})
    accepted = bash("aicost check --no-checkov --write-baseline accepted.json infrastructure", repository)
    assert accepted.returncode == 0, accepted.stderr
    done, out = gate(repository, f"# the same\n{BAD}", BASELINE="accepted.json", WITH_COST="false")
    assert (done.returncode, (out / "code").read_text()) == (0, "0\n"), done.stderr
    assert not (out / "cost.md").exists()


def test_nothing_to_judge_stops_the_job(repository: Path) -> None:
    write(repository, {"empty/README.md": "nothing\n"})
    done, out = gate(repository, GOOD, PATHS="empty")
    assert done.returncode == 2
    assert not (out / "code").exists()


def test_committed_output_that_is_not_current_fails(repository: Path) -> None:
    app = (
        "from aicost_iac import App, CostTags, Resource, Stack\n"
        'tags = CostTags(workload_type="training", cost_center="x", team="y")\n'
        'vpc = Resource("aws_vpc", "v", {"cidr_block": "10.0.0.0/16"})\n'
        'app = App(stacks=[Stack(name="only", region="us-east-1", tags=tags, items=[vpc])])\n'
    )
    write(repository, {"stacks.py": app})
    assert bash("aicost synth", repository).returncode == 0
    assert git(repository, "status", "--porcelain")
    done, out = gate(repository, GOOD, PATHS="")
    assert (done.returncode, (out / "code").read_text()) == (0, "0\n"), done.stderr
    write(repository, {"stacks.py": app.replace("10.0", "10.1")})
    done, out = gate(repository, GOOD, PATHS="")
    assert (out / "code").read_text() == "1\n"
    assert "is not current: run `aicost synth` and commit" in done.stderr


def test_what_is_said_reaches_the_summary_and_the_outputs(tmp_path: Path) -> None:
    write(tmp_path, {"comment.md": "# said\n", "code": "1\n"})
    environment = {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary"), "GITHUB_OUTPUT": str(tmp_path / "outputs")}
    assert bash(action_steps()["said"], tmp_path, AICOST_OUT=str(tmp_path), **environment).returncode == 0
    assert (tmp_path / "summary").read_text() == "# said\n"
    assert (tmp_path / "outputs").read_text() == f"code=1\nreport={tmp_path}/check.json\n"


def github(server: str, folder: Path) -> dict[str, str]:
    write(folder, {"event.json": json.dumps({"pull_request": {"number": 7}})})
    names = {"TOKEN": "secret", "REPOSITORY": "owner/name", "API_URL": server, "EVENT_PATH": str(folder / "event.json")}
    return {f"GITHUB_{name}": value for name, value in names.items()}


def gitlab(server: str, folder: Path) -> dict[str, str]:
    names = {"CI_API_V4_URL": server, "CI_PROJECT_ID": "3", "CI_MERGE_REQUEST_IID": "7"}
    return {**names, "AICOST_GITLAB_TOKEN": "secret"}


@pytest.mark.parametrize("where", [github, gitlab])
def test_there_is_one_comment_and_it_is_updated_in_place(
    where: Callable[[str, Path], Mapping[str, str]], tmp_path: Path
) -> None:
    step = action_steps()["comment"]
    assert step == gitlab_job()["script"][1]
    with CommentsServer(others=150) as server:
        for text in ("first", "second"):
            write(tmp_path, {"comment.md": f"{MARKER}\n{text}\n"})
            done = bash(step, tmp_path, AICOST_OUT=str(tmp_path), **where(server.url, tmp_path))
            assert done.returncode == 0, done.stderr
        assert [each for each in server.bodies if each.startswith(MARKER)] == [f"{MARKER}\nsecond\n"]
        assert server.writes == ["POST", "PATCH" if where is github else "PUT"]


def test_a_comment_that_can_not_be_written_fails_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"comment.md": f"{MARKER}\n"})
    with CommentsServer(refuse=True) as server:
        done = bash(action_steps()["comment"], tmp_path, AICOST_OUT=str(tmp_path), **github(server.url, tmp_path))
    assert (done.returncode, "the comment can not be written: HTTP Error 403" in done.stderr) == (0, True)
    outside = bash(action_steps()["comment"], tmp_path, AICOST_OUT=str(tmp_path))
    assert (outside.returncode, "no comment: this is no pull or merge request" in outside.stderr) == (0, True)


def test_github_and_gitlab_run_the_same_gate() -> None:
    steps, job = action_steps(), gitlab_job()
    assert job["script"] == [steps["gate"], steps["comment"], steps["verdict"]]
    variables = {step["id"]: step.get("env", {}) for step in loaded("action.yml")["runs"]["steps"]}["gate"]
    assert variables.keys() <= job["variables"].keys()
    version = loaded("action.yml")["inputs"]["checkov-version"]["default"]
    assert job["variables"]["CHECKOV_VERSION"] == version


@pytest.mark.parametrize("name", [*action_steps(), "gitlab"])
def test_shell_steps_are_sound(name: str) -> None:
    script = {**action_steps(), "gitlab": gitlab_job()["before_script"][0]}[name]
    assert "${{" not in script, "what GitHub puts into a script is run: it goes through the environment"
    shellcheck = [find_program("shellcheck"), "--shell=bash", "-"]
    done = subprocess.run(shellcheck, input=script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("document", "name"),
    [(loaded("action.yml"), "github-actions"), (loaded("ci/gitlab.yml"), "gitlab-ci")],
)
def test_ci_files_are_valid(document: Any, name: str) -> None:
    validator = jsonschema.validators.validator_for(schema(name))(schema(name))
    assert [error.message for error in validator.iter_errors(document)] == []


@pytest.mark.parametrize("hook", loaded(".pre-commit-hooks.yaml"), ids=lambda hook: hook["id"])
def test_hooks_judge_the_whole_repository(hook: dict[str, Any], repository: Path) -> None:
    assert (hook["language"], hook["pass_filenames"]) == ("python", False)
    assert set(hook["additional_dependencies"]) == _extra("gate")
    command = " ".join([hook["entry"], *hook.get("args", [])])
    if hook["id"] == "aicost-check":
        assert bash(command, repository).returncode == 0
        write(repository, {"infrastructure/main.tf": BAD})
        assert bash(command, repository).returncode == 1


def _extra(name: str) -> set[str]:
    import tomllib

    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return set(project["optional-dependencies"][name])


@pytest.mark.heavy
def test_pre_commit_runs_the_hook(repository: Path) -> None:
    program = python_environment("pre-commit", ["pre-commit>=4,<5"]).with_name("pre-commit")
    write(repository, {"infrastructure/main.tf": BAD})
    git(repository, "add", "--all")
    command = f"{program} try-repo {REPOSITORY} aicost-check --all-files"
    done = bash(command, repository, PRE_COMMIT_HOME=str(repository.parent / "hooks"))
    assert done.returncode == 1, done.stderr
    assert "SPOT002" in done.stdout
