"""What others run pluribus by: the hook of pre-commit, and the action of GitHub."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
from ruamel.yaml import YAML

from tests.functional.baseline_project import Accepted
from tests.functional.cli_project import FRAGMENTED, Project, environment

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = ROOT / "docs" / "how-to"
PRE_COMMIT: Final = (sys.executable, "-m", "pre_commit")


def read(text: str) -> Any:
    return YAML(typ="safe").load(text)


def blocks(page: str) -> list[str]:
    return re.findall(r"(?ms)^```yaml\n(.*?)^```", (PAGES / page).read_text("utf-8"))


def ran(*command: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=cwd,
        env=environment(**variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_hook_is_one_that_pre_commit_can_read() -> None:
    done = ran(*PRE_COMMIT, "validate-manifest", ".pre-commit-hooks.yaml", cwd=ROOT)

    assert done.returncode == 0, done.stdout


def test_the_local_hook_of_the_page_is_the_one_that_this_repository_offers() -> None:
    (offered,) = read((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    local = read(blocks("pre-commit.md")[0])["repos"][0]["hooks"][0]

    offered.pop("description")
    assert local == {**offered, "language": "system"}


@pytest.fixture
def hooked(tmp_path: Path) -> Accepted:
    """A repository with the local hook of the page, whose `pluribus` is ours."""
    accepted = Accepted.made(tmp_path / "repository")
    accepted.write(".pre-commit-config.yaml", blocks("pre-commit.md")[0])
    accepted.git("add", ".pre-commit-config.yaml")
    return accepted


def with_hook(accepted: Accepted) -> subprocess.CompletedProcess[str]:
    folder = accepted.project.root.parent / "bin"
    folder.mkdir(exist_ok=True)
    (folder / "pluribus").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pluribus "$@"\n')
    (folder / "pluribus").chmod(0o755)
    return ran(
        *PRE_COMMIT,
        "run",
        cwd=accepted.project.root,
        PATH=f"{folder}:{os.environ['PATH']}",
        PRE_COMMIT_HOME=str(accepted.project.root.parent / "home"),
    )


def test_the_hook_refuses_what_is_new(hooked: Accepted) -> None:
    hooked.write("app/push.py", "from app.legacy import Manager\n\nPUSH = Manager()\n")
    hooked.git("add", "app/push.py")

    done = with_hook(hooked)

    assert done.returncode == 1
    assert "warning[legacy-import]" in done.stdout
    assert "--> app/push.py:1:6" in done.stdout


def test_the_hook_lets_through_what_is_accepted(hooked: Accepted) -> None:
    hooked.write("app/mail.py", "from app.manager import Manager\n\nMAIL = Manager()\nCOUNT = 1\n")
    hooked.git("add", "app/mail.py")

    done = with_hook(hooked)

    assert done.returncode == 0, done.stdout
    assert re.search(r"^pluribus\.+Passed$", done.stdout, re.MULTILINE)


def test_the_hook_judges_what_is_staged(hooked: Accepted) -> None:
    hooked.write("app/mail.py", "from app.manager import Manager\n\nMAIL = Manager()\nCOUNT = 1\n")
    hooked.git("add", "app/mail.py")
    hooked.write("app/mail.py", "from app.legacy import Manager\n\nMAIL = Manager()\n")

    assert with_hook(hooked).returncode == 0
    hooked.git("add", "app/mail.py")
    assert with_hook(hooked).returncode == 1


def test_the_root_of_the_repository_can_be_installed() -> None:
    """As far as that can be told without compiling: its backend is found, and goes to ours."""
    code = (
        "import sys; sys.path.insert(0, 'scripts')\n"
        "import build_from_root, maturin, os\n"
        "hooks = ('build_', 'get_requires_', 'prepare_')\n"
        "theirs = {each for each in dir(maturin) if each.startswith(hooks)}\n"
        "assert theirs == {each for each in dir(build_from_root) if each.startswith(hooks)}\n"
        "assert 'module-name' in open('pyproject.toml').read()\n"
    )

    done = ran(sys.executable, "-c", code, cwd=ROOT)

    assert done.returncode == 0, done.stderr


def action() -> Any:
    return read((ROOT / "action.yml").read_text("utf-8"))


def test_the_page_tells_of_every_input_of_the_action() -> None:
    page = (PAGES / "github.md").read_text("utf-8")

    assert re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE) == list(action()["inputs"])


def test_no_script_of_the_action_holds_what_somebody_else_may_write() -> None:
    """What stands in an expression is put into the script before it is run."""
    for step in action()["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


def checked(project: Project, **given: str) -> tuple[int, Path]:
    """Run the step that checks as the runner would, then that which judges; its folder."""
    steps = {step["name"]: step for step in action()["runs"]["steps"]}
    temp = project.root.parent / "runner"
    program = temp / "pluribus" / "bin" / "pluribus"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pluribus "$@"\n')
    program.chmod(0o755)
    defaults = {name: each["default"] for name, each in action()["inputs"].items()}
    asked = {**defaults, **{name.replace("_", "-"): value for name, value in given.items()}}
    variables = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: asked[found[1]], value)
        for name, value in steps["Check"]["env"].items()
    }
    files = {
        "RUNNER_TEMP": str(temp),
        "GITHUB_OUTPUT": str(temp / "output"),
        "GITHUB_STEP_SUMMARY": str(temp / "summary"),
    }
    # As runners do: https://docs.github.com/actions/reference/workflow-syntax, `shell: bash`.
    bash = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")
    done = ran(*bash, steps["Check"]["run"], cwd=project.root, **variables, **files)
    assert done.returncode == 0, done.stderr
    (temp / "stdout").write_text(done.stdout)
    status = re.search(r"^status=(\d)$", (temp / "output").read_text(), re.MULTILINE)
    assert status is not None
    judged = ran(*bash, steps["Judge"]["run"], cwd=project.root, STATUS=status[1])
    return judged.returncode, temp


def test_the_action_annotates_summarizes_and_fails(tmp_path: Path) -> None:
    project = Project.made(tmp_path / "repository", FRAGMENTED)

    status, temp = checked(project)

    assert status == 1
    assert "::error " in (temp / "stdout").read_text()
    assert (temp / "summary").read_text().startswith("# pluribus report")
    assert f"sarif={temp}/pluribus.sarif" in (temp / "output").read_text()
    assert '"version": "2.1.0"' in (temp / "pluribus.sarif").read_text()


def test_the_action_names_files_as_seen_from_the_repository(tmp_path: Path) -> None:
    files = {f"services/the shop/{name}": text for name, text in FRAGMENTED.items()}

    status, temp = checked(Project.made(tmp_path / "repository", files), path="services/the shop")

    assert status == 1
    assert "file=services/the shop/app/" in (temp / "stdout").read_text()


def test_the_action_fails_for_what_cannot_be_judged(tmp_path: Path) -> None:
    status, temp = checked(
        Project.made(tmp_path / "repository", FRAGMENTED), contract="nowhere.toml"
    )

    assert status == 2
    assert "sarif=" not in (temp / "output").read_text()


def test_the_action_passes_what_is_not_severe_enough(tmp_path: Path) -> None:
    files = {name: text for name, text in FRAGMENTED.items() if name != "app/push.py"}
    project = Project.made(tmp_path / "repository", files)

    assert checked(project, fail_on="error")[0] == 0


def test_actionlint_accepts_the_workflow_of_the_page(tmp_path: Path) -> None:
    actionlint = shutil.which("actionlint")
    if actionlint is None:
        pytest.skip("needs actionlint: go install github.com/rhysd/actionlint/cmd/actionlint")
    (workflow,) = blocks("github.md")
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "pluribus.yml").write_text(workflow.replace("OWNER/pluribus@REVISION", "./"))
    shutil.copy(ROOT / "action.yml", tmp_path)
    (tmp_path / ".git").mkdir()

    done = ran(actionlint, "-no-color", cwd=tmp_path)

    assert done.returncode == 0, done.stdout
