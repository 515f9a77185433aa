"""What `pluribus fix` says, writes, and refuses to write."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pluribus.adapters.editing import read_editable, write_edited
from pluribus.errors import OutputError
from tests.functional.cli_project import CLEAN, COMMAND, FRAGMENTED, Project, environment

MENDED = "from app.manager import Manager\n\nCHAT = Manager()\n"


@pytest.fixture
def project(root: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A fragmented project that git knows as it is."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    push = FRAGMENTED["app/push.py"] + "\nPUSH = Manager(), Old()\n"
    files = {**FRAGMENTED, "app/push.py": push, ".gitignore": ".pluribus_cache/\n"}
    made = Project.made(root, files)
    commit(root)
    return made


def commit(root: Path) -> None:
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "-c", "user.name=x", "-c", "user.email=x@y", "commit", "-qm", "x")


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=root, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_safe_edits_are_made_and_the_rest_is_left_with_a_reason(project: Project) -> None:
    done = project.run("fix")

    assert done.returncode == 1
    assert (project.root / "app/chat.py").read_text() == MENDED
    assert "app/chat.py  1 edit  imports from app.manager" in done.stdout
    assert "--unsafe-fixes does it: whoever imports it from outside" in done.stdout
    assert "legacy-import         2     0" in done.stdout
    assert done.stderr.startswith("changed 2 files by 2 edits; ")


def test_what_is_mended_twice_is_mended_once(project: Project) -> None:
    project.run("fix", "--unsafe-fixes")
    commit(project.root)

    done = project.run("fix", "--unsafe-fixes")

    assert (done.returncode, git(project.root, "status", "--porcelain")) == (0, "")
    assert done.stdout == "nothing to mend\n"
    assert not (project.root / "app/legacy.py").exists()


def test_a_diff_writes_nothing_and_git_applies_it(project: Project) -> None:
    shown = project.run("fix", "--diff")

    assert (shown.returncode, git(project.root, "status", "--porcelain")) == (1, "")
    subprocess.run(["git", "apply"], cwd=project.root, input=shown.stdout, text=True, check=True)
    assert (project.root / "app/chat.py").read_text() == MENDED
    assert project.run("fix", "--diff").stdout == ""


def test_a_diff_of_a_folder_is_applied_where_it_was_asked_for(
    project: Project, tmp_path: Path
) -> None:
    top = tmp_path / "top"
    top.mkdir()
    project.root.rename(top / "svc")
    above = Project(top)

    shown = above.run("fix", "svc", "--diff", "--allow-dirty")
    subprocess.run(["git", "apply"], cwd=top, input=shown.stdout, text=True, check=True)

    assert "--- a/svc/app/chat.py" in shown.stdout
    assert (top / "svc/app/chat.py").read_text() == MENDED
    done = above.run("fix", "svc", "--unsafe-fixes", "--allow-dirty", "--emit-patch", "patches")
    assert done.returncode == 0
    for each in sorted((top / "patches").iterdir()):
        subprocess.run(["git", "apply", str(each)], cwd=top, check=True)
    assert not (top / "svc/app/legacy.py").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no name has such letters there")
@pytest.mark.parametrize(
    "name", ["back\\slash.py", "new\nline.py", 'quo"te.py', "a b.py", "é\t.py"]
)
def test_a_file_of_any_name_is_mended_and_git_applies_the_diff(
    project: Project, name: str
) -> None:
    text = (project.root / "app/chat.py").read_text()
    (project.root / "app" / name).write_text(text)
    commit(project.root)

    shown = project.run("fix", "--diff")
    subprocess.run(["git", "apply"], cwd=project.root, input=shown.stdout, text=True, check=True)

    assert (project.root / "app" / name).read_text() == MENDED
    git(project.root, "checkout", "--quiet", ".")
    assert project.run("fix").returncode in (0, 1)
    assert (project.root / "app" / name).read_text() == MENDED


def test_patches_are_written_for_each_phase_and_applied_in_their_order(
    project: Project, tmp_path: Path
) -> None:
    folder = tmp_path / "patches"

    done = project.run("fix", "--unsafe-fixes", "--emit-patch", str(folder))

    assert (done.returncode, git(project.root, "status", "--porcelain")) == (0, "")
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["1-imports.patch", "2-implementations.patch"]
    for name in names:
        git(project.root, "apply", str(folder / name))
    assert not (project.root / "app/legacy.py").exists()
    assert project.run("check").returncode == 0


def test_a_shim_is_kept_for_outside_users_and_warns_them(project: Project) -> None:
    project.run("fix", "--unsafe-fixes", "--shim")

    import_it = ["-c", "import app.legacy as old; print(old.Manager.__module__)"]
    said = subprocess.run(
        [COMMAND[0], "-W", "always", *import_it],
        cwd=project.root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "app.manager\n"
    assert "DeprecationWarning: `app.legacy` is deprecated: import from `app.manager`" in (
        said.stderr
    )
    commit(project.root)
    again = project.run("fix", "--unsafe-fixes", "--shim")
    assert "it is kept for outside users, and warns them already" in again.stdout
    assert git(project.root, "status", "--porcelain") == ""


def test_a_shim_alone_is_refused(project: Project) -> None:
    assert "add `--unsafe-fixes`" in project.run("fix", "--shim").stderr


@pytest.mark.parametrize("is_staged", [False, True])
def test_work_that_is_not_committed_is_not_edited(project: Project, is_staged: bool) -> None:
    project.write("app/mail.py", CLEAN["app/mail.py"] + "# my own\n")
    if is_staged:
        git(project.root, "add", "-A")

    done = project.run("fix")

    assert done.returncode == 2
    assert "1 file with work that is not committed, such as `app/mail.py`" in done.stderr
    assert (project.root / "app/chat.py").read_text() == FRAGMENTED["app/chat.py"]
    assert project.run("fix", "--allow-dirty").returncode == 1
    assert (project.root / "app/chat.py").read_text() == MENDED


def test_a_file_that_git_does_not_know_is_not_edited(project: Project) -> None:
    project.write("app/late.py", "from app.legacy import Manager\n\nLATE = Manager\n")

    done = project.run("fix")

    assert done.returncode == 2
    assert "git does not know 1 file that would be edited, such as `app/late.py`" in done.stderr
    assert (project.root / "app/chat.py").read_text() == FRAGMENTED["app/chat.py"]


def test_without_git_nothing_is_edited_unless_told(root: Path) -> None:
    project = Project.made(root, FRAGMENTED)

    refused = project.run("fix", GIT_CEILING_DIRECTORIES=str(root.parent))
    done = project.run("fix", "--allow-dirty", GIT_CEILING_DIRECTORIES=str(root.parent))

    assert refused.returncode == 2
    assert "no git could undo the edits" in refused.stderr
    assert done.returncode == 1
    assert (root / "app/chat.py").read_text() == MENDED


def test_only_the_chosen_files_rules_and_phases_are_mended(project: Project) -> None:
    project.run("fix", "--only", "app/push.py")
    assert git(project.root, "status", "--porcelain") == " M app/push.py\n"
    commit(project.root)

    project.run("fix", "--select", "legacy-string")
    assert git(project.root, "status", "--porcelain") == ""

    none = project.run("fix", "--phase", "6")
    assert (none.returncode, "there is no phase `6`" in none.stderr) == (2, True)
    done = project.run("fix", "--phase", "imports")
    assert "app/chat.py" in done.stdout


def test_a_path_that_is_found_here_is_not_mended_elsewhere(project: Project) -> None:
    face = "from app.manager import Manager\n\n__all__ = ['Manager']\n\n\nclass Face: ...\n"
    project.write("app/face.py", face)
    project.write("app/late.py", "from app.face import Manager\n\nLATE = Manager()\n")
    commit(project.root)

    project.run("fix", "--only", "app/face.py")
    assert git(project.root, "status", "--porcelain") == ""

    project.run("fix", "--select", "fragmented-path")
    assert (project.root / "app/late.py").read_text() == MENDED.replace("CHAT", "LATE")


def test_what_is_a_persons_work_says_so(project: Project) -> None:
    project.write(
        "pluribus.toml",
        CLEAN["pluribus.toml"] + 'factories = ["app.manager:make"]\n',
    )
    project.write("app/manager.py", CLEAN["app/manager.py"] + "def make(): return Manager()\n")
    commit(project.root)

    done = project.run("fix", "--select", "bypassed-factory")

    assert done.returncode == 1
    assert "a person's work: it needs a decision: call `app.manager:make`" in done.stdout


def test_programs_are_told_the_same(project: Project) -> None:
    done = project.run("fix", "--output-format", "json")

    said = json.loads(done.stdout)
    assert said["schema_version"] == 1
    assert [each["path"] for each in said["changed"]] == ["app/chat.py", "app/push.py"]
    assert said["before"]["legacy-import"] == 2
    assert "legacy-import" not in said["after"]
    assert {each["applicability"] for each in said["left"]} == {"unsafe"}


def test_permissions_and_line_ends_are_kept(project: Project) -> None:
    path = project.root / "app/chat.py"
    path.write_bytes(b"\xef\xbb\xbf" + FRAGMENTED["app/chat.py"].replace("\n", "\r\n").encode())
    path.chmod(0o755)
    commit(project.root)

    project.run("fix")

    assert path.read_bytes() == b"\xef\xbb\xbf" + MENDED.replace("\n", "\r\n").encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o755


def test_a_file_behind_a_link_is_left(project: Project, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.py"
    elsewhere.write_text(FRAGMENTED["app/chat.py"])
    (project.root / "app/chat.py").unlink()
    (project.root / "app/chat.py").symlink_to(elsewhere)
    commit(project.root)

    done = project.run("fix")

    assert elsewhere.read_text() == FRAGMENTED["app/chat.py"]
    if "app/chat.py" in done.stdout:
        assert "it is reached through a symbolic link" in done.stdout


def test_a_file_that_does_not_parse_is_left(project: Project) -> None:
    broken = FRAGMENTED["app/chat.py"] + "def :\n"
    project.write("app/chat.py", broken)
    commit(project.root)

    done = project.run("fix")

    assert (project.root / "app/chat.py").read_text() == broken
    assert "a person's work: it has a syntax error\n  app/chat.py:1: " in done.stdout


def test_a_file_that_may_not_be_written_is_left(
    project: Project, obeying: tuple[str, ...]
) -> None:
    path = project.root / "app/chat.py"
    path.chmod(0o444)
    done = subprocess.run(
        [*obeying, *COMMAND, "fix", "--allow-dirty", "--no-cache"],
        cwd=project.root,
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )

    assert path.read_text() == FRAGMENTED["app/chat.py"]
    assert "is not writable" in done.stdout + done.stderr


def test_a_file_that_was_changed_meanwhile_keeps_every_file(project: Project) -> None:
    files = {
        path: ((project.root / path).read_bytes(), b"# mended\n")
        for path in ("app/chat.py", "app/push.py")
    }
    project.write("app/push.py", "# somebody else\n")

    with pytest.raises(OutputError, match=r"`app/push\.py` was changed meanwhile"):
        write_edited(project.root, files)

    assert (project.root / "app/chat.py").read_text() == FRAGMENTED["app/chat.py"]
    assert (project.root / "app/push.py").read_text() == "# somebody else\n"


def test_a_file_that_is_gone_is_told(project: Project) -> None:
    assert "cannot be read" in str(read_editable(project.root, "app/none.py"))


def test_of_two_runs_at_once_each_file_is_whole(project: Project) -> None:
    done: list[int] = []

    def run() -> None:
        done.append(project.run("fix", "--allow-dirty").returncode)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert set(done) <= {1, 2}
    assert (project.root / "app/chat.py").read_text() == MENDED
    assert git(project.root, "status", "--porcelain").split() == [
        *("M", "app/chat.py"),
        *("M", "app/push.py"),
    ]


def test_interrupting_it_leaves_whole_files(project: Project) -> None:
    before = FRAGMENTED["app/chat.py"]
    child = subprocess.Popen(
        [*COMMAND, "fix", "--no-cache"],
        cwd=project.root,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    child.send_signal(signal.SIGINT)
    child.wait()

    assert (project.root / "app/chat.py").read_text() in (before, MENDED)
    assert not list(project.root.rglob(".pluribus-*.tmp"))


def test_a_contract_that_names_nothing_is_refused(project: Project) -> None:
    project.write("pluribus.toml", CLEAN["pluribus.toml"].replace("Manager", "Managr"))
    commit(project.root)

    done = project.run("fix")

    assert (done.returncode, "did you mean `app.manager:Manager`?" in done.stderr) == (2, True)
