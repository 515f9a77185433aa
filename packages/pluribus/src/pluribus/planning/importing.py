"""The steps in which files import something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pluribus.findings import Finding
from pluribus.planning.batches import ranked
from pluribus.planning.drafts import Draft, Matter, dotted, named
from pluribus.planning.moves import Move


def offers(matter: Matter, moves: Sequence[Move]) -> Iterator[Draft]:
    """What the owner must offer first: what is taken from old places and is nowhere else."""
    homeless = sorted({each.taken for each in moves if not each.to and not _is_star(each)})
    if homeless:
        yield Draft(
            kind="offer",
            concept=matter.name,
            what=f"give what is taken from old places a home in `{matter.home}`, or say by "
            f"`moved` in the contract what is to be taken instead: {named(homeless)}",
            files={path for path in [matter.file_of.get(matter.home)] if path},
            moves=[each for each in moves if not each.to and not _is_star(each)],
        )


def imports(matter: Matter, moves: Sequence[Move], first: Sequence[Draft]) -> list[Draft]:
    """Files in groups that change together: those from which nobody takes anything first.

    Paths change before rivals are replaced: the one is quick, and the other is not.

    Args:
        matter: The concept.
        moves: All of it.
        first: What has to be done before something that has no home can be taken.
    """
    paths: dict[str, list[Move]] = {}
    uses: dict[str, list[Move]] = {}
    for each in moves:
        (uses if each.is_use else paths).setdefault(each.file, []).append(each)
    made = _batches(matter, paths, first)
    for offer in first:
        offer.phases = set().union(*(step.phases for step in made if offer in step.after))
    return [*made, *_batches(matter, uses, first)]


def _batches(
    matter: Matter, by_file: Mapping[str, list[Move]], first: Sequence[Draft]
) -> list[Draft]:
    takes_from = {
        file: {matter.file_of.get(each.through, "") for each in own}
        for file, own in by_file.items()
    }
    batches: dict[tuple[object, ...], Draft] = {}
    batch_of: dict[str, Draft] = {}
    ranks = ranked(takes_from)
    for file in sorted(ranks, key=lambda each: (ranks[each].level, each)):
        circle = sorted(ranks[file].circle)
        phases = set().union(*(_phases(matter, each, by_file[each]) for each in circle))
        notes = _notes(matter, [move for each in circle for move in by_file[each]])
        owners = sorted({name for each in circle for name in matter.ground.owners(each)})
        key = (ranks[file].level, matter.ground.earliest(phases), bool(notes), *owners)
        batch = batches.setdefault(key, _batch(matter, by_file[file]))
        batch_of[file] = batch
        batch.files.add(file)
        batch.phases |= phases
        batch.moves += by_file[file]
        batch.notes += [each for each in notes if each not in batch.notes]
        batch.take(
            matter.taken(
                lambda each, file=file: _goes_with(matter, each, by_file[file]),  # type: ignore[misc] # bound now
                matter.in_file(file),
            )
        )
        if any(not each.to for each in by_file[file]):
            batch.wait_for(first)
    for taker, others in takes_from.items():
        for other in sorted(others):
            if other in batch_of and batch_of[other] is not batch_of[taker]:
                batch_of[other].wait_for([batch_of[taker]])
    return [*batches.values()]


def _batch(matter: Matter, moves: Sequence[Move]) -> Draft:
    replaces = any(each.is_use for each in moves)
    return Draft(
        kind="import",
        concept=matter.name,
        what=f"use `{matter.subject.keep}` instead of its rivals"
        if replaces
        else f"import `{matter.name}` through `{matter.home}`",
    )


def _phases(matter: Matter, file: str, moves: Sequence[Move]) -> set[str]:
    """Of the findings that go when the imports of a file move, or that wait for that."""
    own = {each.phase for each in matter.in_file(file) if _goes_with(matter, each, moves)}
    if own:
        return own
    going = matter.going
    waiting = [
        found
        for move in moves
        for found in (going.names.get(dotted(move.taken)), going.definitions.get(move.reaches))
        if found is not None
    ]
    facades = {("module", move.through) for move in moves}
    waiting += [each for each in matter.findings if each.rule == "facade" and each.key in facades]
    # What is in the way of nothing that was found is still a path like those that were.
    return {each.phase for each in waiting or matter.findings}


def _goes_with(matter: Matter, finding: Finding, moves: Sequence[Move]) -> bool:
    """Whether a finding is gone when the imports of its file have moved."""
    if any(each.is_use for each in moves):
        return False
    if finding.rule == "dual-import":
        # With an import that is right as it is, there are two ways for good.
        return all(file != finding.location.path for file, _, _ in matter.going.silenced)
    return finding.rule == "legacy-import" or (
        finding.rule == "unresolved-import"
        and any(each.line == finding.location.line for each in moves)
    )


def _is_star(move: Move) -> bool:
    return move.taken.endswith(":*")


def _notes(matter: Matter, moves: Sequence[Move]) -> list[str]:
    """What a person must look at in some moves."""
    notes = []
    if any(_is_star(each) for each in moves):
        notes.append("a star import: say which names it is for")
    if any(not each.to and not _is_star(each) for each in moves):
        notes.append("some of what is taken has no home yet")
    if any(each.takes_rival for each in moves):
        notes.append("a rival is used here: fit the uses to what the owner takes")
    if any(each.is_module for each in moves):
        notes.append("a module as a whole is imported: see what is used of it")
    if any(each.module == each.to.partition(":")[0] for each in moves):
        notes.append("it is what is to be imported itself: remove the import, and keep one of two")
    circular = sorted(
        {
            each.file
            for each in moves
            if each.at_top
            and each.to
            and each.module in matter.ground.before_owner(each.to.partition(":")[0])
        }
    )
    if circular:
        notes.append(
            f"{named(circular)}: what is to be imported imports this on its way; at the top of "
            "the file that would be a circle, so import it where it is used"
        )
    return notes
