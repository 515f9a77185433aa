"""`python -m bench.object_graphs`: how long two users' object graphs take to walk and to judge."""

from __future__ import annotations

import argparse
import platform
import random
import resource
import sys
import time
from collections.abc import Callable

from pluribus.conformance.graph import shared_state

USERS = ("ann", "bob")


class Node:
    def __init__(self, number: int) -> None:
        self.name = f"node {number}"
        self.below: list[Node] = []
        self.facts = {"number": number, "tag": str(number)}


class Manager:
    def __init__(self, own: Node, common: Node) -> None:
        self.own = own
        self.common = common
        self.log: list[str] = []

    def add(self, line: str) -> None:
        self.log.append(line)


def tree(objects: int, seed: int) -> Node:
    """Of about so many objects, three to a node, in random places."""
    random_ = random.Random(seed)
    nodes = [Node(number) for number in range(max(1, objects // 3))]
    for number, each in enumerate(nodes[1:], start=1):
        nodes[random_.randrange(number)].below.append(each)
    return nodes[0]


def private(size: int) -> Callable[[str], Manager]:
    little = tree(1, 0)
    return lambda user: Manager(tree(size, USERS.index(user)), little)


def common(size: int) -> Callable[[str], Manager]:
    little, large = tree(1, 0), tree(size, 0)
    return lambda _: Manager(little, large)


def run(make: Callable[[str], Manager]) -> tuple[int, float]:
    """The objects that were walked, and the seconds of CPU time for three looks and a verdict."""
    managers = {user: make(user) for user in USERS}
    start = time.process_time()
    overlap = shared_state(
        managers,
        lambda user: managers[user].add(user),
        {user: [f"canary of {user}"] for user in USERS},
        {user: [user] for user in USERS},
        project=lambda module: module == __name__,
    )
    taken_s = time.process_time() - start
    if overlap.findings:
        sys.exit(f"error: nothing is shared and written, and {overlap.findings[0]} was found")
    return overlap.objects, taken_s


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="of which the fastest counts")
    runs: int = parser.parse_args().runs
    print(f"Python {platform.python_version()}; CPU time, the fastest of {runs}\n")
    print(f"{'graph':40}{'objects':>9}{'ms':>9}{'us an object':>14}")
    for size in (30, 1_000, 10_000, 50_000, 100_000):
        for name, make in (("of each user", private(size)), ("of both together", common(size))):
            measured = [run(make) for _ in range(runs)]
            objects, taken_s = min(measured, key=lambda each: each[1])
            each_us = taken_s / objects * 1e6
            title = f"{size:,} {name}"
            print(f"{title:40}{objects:>9,}{taken_s * 1e3:>9.1f}{each_us:>14.1f}")
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\npeak memory of the process: {peak_mb:.0f} MB")


if __name__ == "__main__":
    main()
