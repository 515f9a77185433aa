"""Commands that read the history of a repository, as users run them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.functional.cli_project import Project
from tests.unit.adapters.histories import CLEAN, LEGACY, START, Change, git, made

DAYS: tuple[Change, ...] = (
    ("2026-01-01T08:00", START),
    ("2026-01-02T08:00", {"app/b.py": LEGACY + "b = 1\n"}),
    ("2026-01-03T08:00", {"app/a.py": CLEAN, "app/b.py": CLEAN}),
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made(tmp_path / "work", DAYS)
    return Project(tmp_path / "work")


def counts(stdout: str) -> list[int]:
    """Legacy imports at each point."""
    return [
        sum(
            each["production"] + each["tests"]
            for each in point["counts"]
            if each["rule"] == "legacy-import"
        )
        for point in json.loads(stdout)["points"]
    ]


def test_a_history_is_counted_and_nothing_is_checked_out(project: Project) -> None:
    before = project.files()

    done = project.run("burndown", "--no-cache", "--output-format", "json")

    assert done.returncode == 0, done.stderr
    assert counts(done.stdout) == [1, 2, 0]
    assert project.files() == before
    assert git(project.root, "status", "--porcelain") == ""


def test_what_lies_in_the_work_tree_and_is_not_committed_does_not_count(project: Project) -> None:
    project.write("app/b.py", LEGACY)
    project.write("app/new.py", LEGACY)

    done = project.run("burndown", "--output-format", "json")

    assert counts(done.stdout) == [1, 2, 0]


def test_reports_are_written_beside_what_is_shown(project: Project) -> None:
    done = project.run("burndown", "--report", "svg=out.svg", "--report", "html=out.html")

    assert done.returncode == 0, done.stderr
    assert "legacy-import of one (2 -> 0)" in done.stdout
    assert (project.root / "out.svg").read_text().startswith("<svg")
    assert "<svg" in (project.root / "out.html").read_text()


def test_the_page_of_a_check_shows_what_was_counted_before(project: Project) -> None:
    project.run("burndown", "--report", "json=out.json")

    done = project.run(
        "check", "--burndown", "out.json", "--report", "html=out.html", "--exit-zero"
    )

    page = (project.root / "out.html").read_text("utf-8")
    assert done.returncode == 0, done.stderr
    assert "burn-down of HEAD: 3 revisions" in page
    assert page.count('class="burndown"') == 1


@pytest.mark.parametrize(
    ("content", "arguments", "said"),
    [
        ("{}", ("--report", "html=out.html"), "holds no burn-down"),
        ("\xff", ("--report", "html=out.html"), "holds no burn-down"),
        (None, ("--report", "html=out.html"), "No such file"),
        ("{}", (), "is drawn into HTML"),
    ],
)
def test_what_is_no_burn_down_is_refused_before_the_check(
    project: Project, content: str | None, arguments: tuple[str, ...], said: str
) -> None:
    if content is not None:
        (project.root / "in.json").write_bytes(content.encode("latin-1"))

    done = project.run("check", "--burndown", "in.json", *arguments)

    assert done.returncode == 2
    assert said in done.stderr
    assert not (project.root / "out.html").exists()


def test_two_runs_write_the_same_bytes(project: Project) -> None:
    first = project.run("burndown", "--output-format", "html")
    second = project.run("burndown", "--output-format", "html")
    anew = project.run("burndown", "--output-format", "html", "--no-cache")

    assert first.stdout == second.stdout == anew.stdout


def test_a_bare_repository_is_judged_by_the_contract_that_it_holds_or_that_is_named(
    project: Project, tmp_path: Path
) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(project.root), "bare.git")
    before = sorted((tmp_path / "bare.git").rglob("*"))
    outside = Project(tmp_path)
    outside.write("other.toml", str(START["pluribus.toml"]).replace("app.old", "app.gone"))

    own = outside.run("burndown", "bare.git", "--output-format", "json")
    named = outside.run(
        *("burndown", "bare.git", "--contract", "other.toml"),
        *("--cache-dir", "kept", "--output-format", "json"),
    )

    assert counts(own.stdout) == [1, 2, 0]
    assert "--cache-dir" in own.stderr
    assert counts(named.stdout) == [0, 0, 0]
    assert sorted((tmp_path / "bare.git").rglob("*")) == before
    assert (tmp_path / "kept" / "history").is_dir()


def test_a_folder_of_a_repository_is_a_code_base_of_its_own(tmp_path: Path) -> None:
    moved = {f"inner/{name}": text for name, text in START.items()}
    made(tmp_path, [("2026-01-01T08:00", {**moved, "other/use.py": LEGACY})])

    inside = Project(tmp_path / "inner").run("burndown", "--output-format", "json")
    checked = Project(tmp_path / "inner").run("check", "--output-format", "json")

    found = json.loads(checked.stdout)["findings"]
    assert counts(inside.stdout) == [sum(each["rule"] == "legacy-import" for each in found)] == [1]


def test_what_is_no_repository_is_refused(tmp_path: Path) -> None:
    Project(tmp_path).write("pluribus.toml", str(START["pluribus.toml"]))

    done = Project(tmp_path).run("burndown")

    assert done.returncode == 2
    assert "is not in a git repository" in done.stderr


@pytest.mark.parametrize("option", ["--until", "--since"])
@pytest.mark.parametrize("name", ["nowhere", "--all", "HEAD^{tree}"])
def test_a_revision_that_is_not_known_is_refused(project: Project, option: str, name: str) -> None:
    done = project.run("burndown", f"{option}={name}")

    assert done.returncode == 2
    assert name in done.stderr
    assert "hint:" in done.stderr


def test_a_repository_without_a_commit_is_refused(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    Project(tmp_path).write("pluribus.toml", str(START["pluribus.toml"]))

    done = Project(tmp_path).run("burndown")

    assert done.returncode == 2
    assert "git knows no commit `HEAD`" in done.stderr


def test_of_a_shallow_clone_it_is_said_that_there_was_more(
    project: Project, tmp_path: Path
) -> None:
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{project.root}", "shallow")
    shallow = Project(tmp_path / "shallow")

    done = shallow.run("burndown")
    beyond = shallow.run("burndown", "--since", "HEAD~1")

    assert done.returncode == 0, done.stderr
    assert "this clone is shallow" in done.stdout
    assert beyond.returncode == 2
    assert "git fetch --unshallow" in beyond.stderr


def test_a_blob_that_is_missing_is_not_read_and_said_so(project: Project) -> None:
    blob = git(project.root, "rev-parse", "HEAD~1:app/b.py")
    (project.root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()

    done = project.run("burndown", "--output-format", "json")
    shown = project.run("burndown")

    points = json.loads(done.stdout)["points"]
    assert [point["not_read"] for point in points] == [0, 1, 0]
    assert counts(done.stdout) == [1, 1, 0]
    assert "files could not be read, up to 1" in shown.stdout


def test_a_count_that_is_not_whole_is_not_kept(project: Project) -> None:
    blob = git(project.root, "rev-parse", "HEAD~1:app/b.py")
    place = project.root / ".git" / "objects" / blob[:2] / blob[2:]
    aside = shutil.move(place, project.root.parent / "aside")
    project.run("burndown")
    shutil.move(aside, place)

    done = project.run("burndown", "--output-format", "json")

    assert counts(done.stdout) == [1, 2, 0]


def test_a_tree_that_is_missing_is_a_revision_that_cannot_be_judged(project: Project) -> None:
    tree = git(project.root, "rev-parse", "HEAD~1:app")
    (project.root / ".git" / "objects" / tree[:2] / tree[2:]).unlink()

    done = project.run("burndown", "--output-format", "json")

    problems = [bool(point["problem"]) for point in json.loads(done.stdout)["points"]]
    assert problems[1]
    assert not problems[0]


def test_a_submodule_and_links_are_left_alone(project: Project) -> None:
    head = git(project.root, "rev-parse", "HEAD")
    git(project.root, "update-index", "--add", "--cacheinfo", f"160000,{head},app/inner")
    (project.root / "app" / "linked.py").symlink_to("old.py")
    (project.root / "app" / "around").symlink_to("..")
    git(project.root, "add", "app/linked.py", "app/around")
    git(project.root, "commit", "--quiet", "-m", "links", time="2026-01-04T08:00")

    done = project.run("burndown", "--output-format", "json")

    assert done.returncode == 0, done.stderr
    assert counts(done.stdout) == [1, 2, 0, 0]


def test_names_that_are_no_text_break_nothing(project: Project) -> None:
    strange = bytes(project.root) + b"/app/stra\xffnge.py"
    with open(strange, "w") as file:
        file.write(LEGACY)
    git(project.root, "add", "--all")
    git(project.root, "commit", "--quiet", "-m", "a name", time="2026-01-04T08:00")

    done = project.run("burndown", "--output-format", "json")

    points = json.loads(done.stdout)["points"]
    assert [point["not_read"] for point in points] == [0, 0, 0, 1]


def test_a_hook_of_another_repository_does_not_lead_it_astray(
    project: Project, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    made(other, [("2026-01-01T08:00", {"README": "words"})])

    done = project.run("burndown", "--output-format", "json", GIT_DIR=str(other / ".git"))

    assert counts(done.stdout) == [1, 2, 0]


def test_a_repository_whose_objects_have_longer_names_is_read_too(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--object-format=sha256")
    made(tmp_path, DAYS)

    done = Project(tmp_path).run("burndown", "--output-format", "json")

    assert counts(done.stdout) == [1, 2, 0]


def test_a_consolidation_is_proven_and_nothing_is_checked_out(project: Project) -> None:
    before = project.files()

    done = project.run("prove", "HEAD~1", "HEAD", "--select", "legacy-import", "--no-cache")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "proven (2 fixed)" in done.stdout
    assert "planted and put back" in done.stdout
    assert project.files() == before


def test_a_consolidation_that_is_not_done_is_not_proven(project: Project) -> None:
    done = project.run("prove", "HEAD~2", "HEAD~1", "--select", "legacy-import")

    assert done.returncode == 1
    assert "not proven: 2 left" in done.stdout
    assert "app/b.py:1:6" in done.stdout


def test_a_bundle_holds_the_proof_in_every_form(project: Project) -> None:
    project.run("prove", "HEAD~1", "HEAD", "--bundle", "out/proof", "--select", "legacy-import")
    first = {path: path.read_bytes() for path in (project.root / "out/proof").iterdir()}
    project.run("prove", "HEAD~1", "HEAD", "--bundle", "out/proof", "--no-cache")

    assert sorted(path.name for path in first) == ["proof.html", "proof.json", "proof.md"]
    document = json.loads((project.root / "out/proof/proof.json").read_text())
    assert document["before"]["id"] == git(project.root, "rev-parse", "HEAD~1")


def test_a_proof_has_the_same_bytes_each_time(project: Project) -> None:
    arguments = ("prove", "HEAD~1", "HEAD", "--output-format", "json")

    first, second = project.run(*arguments), project.run(*arguments, "--no-cache")

    assert first.stdout == second.stdout
    assert str(project.root) not in first.stdout
    assert ".git-revision" not in first.stdout


def test_a_bundle_that_cannot_be_written_is_said_before_the_work(project: Project) -> None:
    project.write("out", "a file")

    done = project.run("prove", "HEAD~1", "HEAD", "--bundle", "out")

    assert done.returncode == 2
    assert "cannot make the folder `out`" in done.stderr


@pytest.mark.parametrize("names", [("nowhere", "HEAD"), ("HEAD", "nowhere"), ("HEAD", "--help=1")])
def test_a_proof_of_what_is_not_known_is_refused(project: Project, names: tuple[str, str]) -> None:
    done = project.run("prove", *names)

    assert done.returncode == 2
    assert done.stdout == ""


def test_a_proof_without_a_contract_says_how_to_name_one(project: Project) -> None:
    git(project.root, "rm", "--quiet", "pluribus.toml")
    git(project.root, "commit", "--quiet", "-m", "no contract", time="2026-01-04T08:00")

    done = project.run("prove", "HEAD~1", "HEAD")

    assert done.returncode == 2
    assert "no contract at or above `HEAD:.`" in done.stderr
    assert "--contract FILE" in done.stderr


def test_a_malformed_contract_of_a_revision_is_named_by_its_file(project: Project) -> None:
    project.write("pluribus.toml", "[concepts.one\n")
    git(project.root, "commit", "--quiet", "--all", "-m", "broken", time="2026-01-04T08:00")

    done = project.run("prove", "HEAD~1", "HEAD")

    assert done.returncode == 2
    assert "pluribus.toml:1:14: is not TOML" in done.stderr


def test_a_bare_repository_proves_the_same(project: Project, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(project.root), "bare.git")
    arguments = ("HEAD~1", "HEAD", "--output-format", "json", "--select", "imports")

    bare = Project(tmp_path).run("prove", *arguments[:2], "bare.git", *arguments[2:])
    work = project.run("prove", *arguments)

    assert bare.stdout == work.stdout
    assert json.loads(bare.stdout)["contract"] == "HEAD:pluribus.toml"


def test_a_revision_that_is_asked_about_by_its_name_alone_is_no_path(project: Project) -> None:
    git(project.root, "branch", "app", "HEAD~1")

    done = project.run("prove", "app", "HEAD", "--select", "legacy-import")

    assert done.returncode == 0, done.stderr
