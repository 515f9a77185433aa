"""Looks for a counterexample among generated cases, and makes it small: Hypothesis does both.

It takes a moment to import: import it where it is needed, and nothing else waits for it.
Why: docs/decisions/0014-the-code-that-runs-is-watched.md.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from random import Random
from typing import Generic, TypeVar

from hypothesis import Phase, Verbosity, find, settings
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.errors import Flaky, NoSuchExample, Unsatisfiable
from hypothesis.strategies import SearchStrategy

T = TypeVar("T")


async def smallest(
    cases: SearchStrategy[T],
    is_counterexample: Callable[[T], Awaitable[bool]],
    *,
    examples: int,
    seed: str,
    is_awaiting: bool,
) -> T | None:
    """The smallest case that was found of which `is_counterexample` is true; None without one.

    The same cases are tried in the same order for the same seed, and nothing is kept between
    runs. Each is awaited in this loop, one after the other: the search is in a thread, or, unless
    `is_awaiting`, in this one, which is faster; a case that waits for anything is left out then.
    What `is_counterexample` raises ends the search and goes through.
    """
    search = _Search(asyncio.get_running_loop() if is_awaiting else None, is_counterexample)
    if is_awaiting:
        await asyncio.to_thread(search.run, cases, examples, seed)
    else:
        search.run(cases, examples, seed)
    if search.error is not None:
        raise search.error
    return search.found[-1] if search.found else None


class _Search(Generic[T]):
    def __init__(
        self,
        loop: asyncio.AbstractEventLoop | None,
        is_counterexample: Callable[[T], Awaitable[bool]],
    ) -> None:
        self._loop = loop
        self._is_counterexample = is_counterexample
        self.found: list[T] = []
        """Each smaller than the one before."""
        self.error: BaseException | None = None

    def run(self, cases: SearchStrategy[T], examples: int, seed: str) -> None:
        given = settings(
            max_examples=examples,
            database=None,
            deadline=None,
            derandomize=False,
            phases=(Phase.generate, Phase.shrink),
            print_blob=False,
            verbosity=Verbosity.quiet,
        )
        with tempfile.TemporaryDirectory(prefix="pluribus-", ignore_cleanup_errors=True) as folder:
            # What it remembers of alphabets is not to be left in the user's folder.
            set_hypothesis_home_dir(folder)
            try:
                find(cases, self._test, settings=given, random=Random(seed))
            except (NoSuchExample, Unsatisfiable, Flaky):
                # What was seen once was seen, even if it is not so a second time.
                return
            finally:
                set_hypothesis_home_dir(None)

    def _test(self, case: T) -> bool:
        if self.error is not None:
            return False
        try:
            is_found = self._judged(case)
        except BaseException as error:  # noqa: BLE001  # it is raised where it is awaited
            self.error = error
            return False
        if is_found:
            self.found.append(case)
        return is_found

    def _judged(self, case: T) -> bool:
        judging = self._judge(case)
        if self._loop is not None:
            return asyncio.run_coroutine_threadsafe(judging, self._loop).result()
        try:
            judging.send(None)
        except StopIteration as done:
            return bool(done.value)
        judging.close()
        return False

    async def _judge(self, case: T) -> bool:
        return await self._is_counterexample(case)
