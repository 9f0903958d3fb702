"""Mutation runs: change one thing in a file, run the tests that look at it, count who notices.

``make mutate FOLDERS="mechdesign/solvers/linear" BUDGET=20`` draws 20 mutants.  A copy of the
package is changed, never the checkout.  Which tests look at a line is measured once, by running
every test of the folders that ``mutants.toml`` names for it, and kept in the folder for temporary
files; a test is measured anew when its file changes.  Tests run the cheapest first, until one
fails.  Mutants that nobody can notice are listed with the reason in ``mutants.toml``; those do not
count.
"""

from __future__ import annotations

import argparse
import functools
import gc
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
import types
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mutants import ROOT, Mutant, functions, mutants

KNOWN = tomllib.loads((Path(__file__).parent / "mutants.toml").read_text(encoding="utf-8"))
# A line of a function that is called more often than this in one test is not looked for any more.
CALLS = 300
WORKERS = 2


def key(path: str, places: dict[int, tuple[str, int]], line: int) -> tuple[str, int]:
    """What a line is called in the map; lines outside of functions are those of the file."""
    name, below = places.get(line, ("", line))
    return f"{path}:{name}", below


def watch(folders: tuple[str, ...]) -> dict[str, set[int]]:
    """The lines of the folders that run from now on, by file."""
    found: dict[str, set[int]] = defaultdict(set)
    known: dict[int, list[Any]] = {}

    def look(frame: types.FrameType, event: str, _: Any) -> Any:
        code = frame.f_code
        entry = known.get(id(code))
        if entry is None:
            inside = code.co_filename.startswith(folders)
            entry = known[id(code)] = [0, found[code.co_filename] if inside else None, code]
        lines = entry[1]
        if lines is None or entry[0] > CALLS:
            return None
        entry[0] += 1

        def local(frame: types.FrameType, event: str, _: Any) -> Any:
            lines.add(frame.f_lineno)
            return local

        return local

    sys.settrace(look)
    return found


def forked(work: Callable[[], int], limit: float) -> int | None:
    """What a fork of this process answers, or None where it does not end."""
    child = os.fork()
    if not child:
        os.setsid()
        for stream in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        try:
            os._exit(work())
        finally:
            os._exit(1)
    end = time.monotonic() + limit
    pause = 0.001
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(pause)
        pause = min(0.05, pause * 1.5)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def codes(code: types.CodeType) -> Iterator[types.CodeType]:
    """A code object and those in it."""
    yield code
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield from codes(inner)


class Run:
    """A plugin: what is done with the tests once they are collected in the copy."""

    def __init__(self, copy: Path, drawn: list[Mutant], args: argparse.Namespace) -> None:
        self.copy, self.drawn, self.args = copy, drawn, args
        self.watched = tuple(f"{copy}/{folder}" for folder in KNOWN["tests"])
        self.counts = {"killed": 0, "survived": 0, "out of time": 0, "equivalent": 0}
        # What was drawn from; the checkout may change while this runs.
        self.texts = {one.path: (ROOT / one.path).read_bytes() for one in drawn}
        self.places = {one.path: functions(ROOT / one.path) for one in drawn}
        self.imported = watch(self.watched)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        sys.settrace(None)
        if session.testsfailed:
            raise SystemExit("the tests cannot be collected")
        self.session = session
        gc.freeze()
        self.measure()
        self.hunt()
        return True

    def run(self, items: list[pytest.Item]) -> int:
        before = self.session.testsfailed
        for item, after in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            if self.session.testsfailed > before:
                return 1
        return 0

    def measure(self) -> None:
        """Which tests run which lines, and how long each takes: a fork for every file of tests."""
        kept = Path(tempfile.gettempdir()) / f"mechdesign-lines-{os.getuid()}.json"
        known = json.loads(kept.read_text()) if kept.exists() else {}
        files: dict[Path, list[pytest.Item]] = defaultdict(list)
        for item in self.session.items:
            files[item.path].append(item)
        marks = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
        new = [
            path for path, items in files.items()
            if any(known.get(item.nodeid, {}).get("of") != marks[path] for item in items)
        ]  # fmt: skip
        tables = functools.cache(lambda path: functions(Path(path)))

        def measured(item: pytest.Item) -> dict[str, Any]:
            begun, found = time.monotonic(), watch(self.watched)
            bad = self.run([item])
            sys.settrace(None)
            lines: dict[str, list[int]] = defaultdict(list)
            for path, seen in () if bad else found.items():
                name = str(Path(path).relative_to(self.copy))
                for line in sorted(seen):
                    where, below = key(name, tables(path), line)
                    lines[where].append(below)
            return {"of": marks[item.path], "seconds": time.monotonic() - begun, "lines": lines}

        def part(paths: list[Path], answer: Path) -> int:
            gathered = {}
            for path in paths:
                one = answer.with_suffix(".one")
                one.unlink(missing_ok=True)

                def work(path: Path = path, one: Path = one) -> int:
                    found = {item.nodeid: measured(item) for item in files[path]}
                    one.write_text(json.dumps(found))
                    return 0

                forked(work, 900)
                nothing = {"of": marks[path], "seconds": 0.0, "lines": {}}
                gathered |= {item.nodeid: nothing for item in files[path]}
                gathered |= json.loads(one.read_text()) if one.exists() else {}
            answer.write_text(json.dumps(gathered))
            return 0

        with tempfile.TemporaryDirectory() as folder:
            answers = [Path(folder) / str(k) for k in range(WORKERS if new else 0)]
            children, found = [], {}
            for k, answer in enumerate(answers):
                child = os.fork()
                if not child:
                    os._exit(part(new[k::WORKERS], answer))
                children.append(child)
            for child, answer in zip(children, answers, strict=True):
                os.waitpid(child, 0)
                found |= json.loads(answer.read_text())
        known |= found
        if new:
            latest = json.loads(kept.read_text()) if kept.exists() else {}
            kept.write_text(json.dumps(latest | found))
        self.items = {item.nodeid: item for item in self.session.items}
        self.seconds = {name: known[name]["seconds"] for name in self.items}
        self.lines: dict[tuple[str, int], list[str]] = defaultdict(list)
        self.around: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self.items, key=lambda name: (self.seconds[name], name)):
            for where, seen in known[name]["lines"].items():
                self.around[where].append(name)
                for below in seen:
                    self.lines[where, below].append(name)

    def tests_of(self, one: Mutant) -> list[pytest.Item]:
        """The tests of a line, the cheapest first, as many as the time for a mutant allows."""
        where, below = key(one.path, self.places[one.path], one.line)
        names = self.lines[where, below] if ":." in where else []
        if not names and ":." in where:
            names = self.around[where]
        # Some code turns tracing off, so that a map does not see what runs below.
        names = names or self.of_file(one.path)
        chosen, total = [], 0.0
        for name in names:
            total += self.seconds[name]
            if total > self.args.limit and chosen:
                break
            chosen.append(self.items[name])
        return chosen

    def of_file(self, path: str) -> list[str]:
        names = {
            n for where, of in self.around.items() if where.startswith(f"{path}:.") for n in of
        }
        return sorted(names, key=lambda name: (self.seconds[name], name))

    def swapped(self, one: Mutant, data: bytes) -> Callable[[], bool]:
        """Puts the code of the mutant into the functions that stand in memory."""
        path = str(self.copy / one.path)
        old = compile(self.texts[one.path], path, "exec", dont_inherit=True)
        new = dict(
            zip(codes(old), codes(compile(data, path, "exec", dont_inherit=True)), strict=True)
        )

        def swap() -> bool:
            gc.unfreeze()
            for function in gc.get_objects():
                if type(function) is types.FunctionType and function.__code__.co_filename == path:
                    function.__code__ = new[function.__code__]
            return True

        return swap

    def answer(self, one: Mutant, data: bytes) -> str:
        """Whether the tests notice: killed, survived, or out of time (which is noticed, too).

        A function is changed where it stands in a fork of this process; what runs when a module is
        loaded is changed in its file, and the tests start anew.
        """
        items = self.tests_of(one)
        if not items:
            return "survived"
        limit = 20 + 3 * sum(self.seconds[item.nodeid] for item in items)
        if (
            one.line in self.places[one.path]
            and one.line not in self.imported[str(self.copy / one.path)]
        ):
            swap = self.swapped(one, data)
            status = forked(lambda: int(not swap()) or self.run(items), limit)
            return {None: "out of time", 0: "survived"}.get(status, "killed")
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:xdist",
        ]
        try:
            done = subprocess.run(
                [*command, *(item.nodeid for item in items)],
                cwd=self.copy, timeout=limit + 20, capture_output=True, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return "out of time"
        return "killed" if done.returncode else "survived"

    def hunt(self) -> None:
        begun, equal = time.monotonic(), set(KNOWN["equivalent"])
        for number, one in enumerate(self.drawn):
            asked = sum(self.counts.values()) - self.counts["equivalent"]
            if asked >= self.args.budget or time.monotonic() - begun > self.args.seconds:
                break
            if one.keys & equal:
                self.counts["equivalent"] += 1
                continue
            target, data = self.copy / one.path, self.texts[one.path]
            if number < 3 and self.answer(one, data) not in ("survived", "out of time"):
                raise SystemExit(f"tests of {one.path}:{one.line} fail without any change")
            changed = data[: one.start] + one.new.encode() + data[one.end :]
            target.write_bytes(changed)
            found = self.answer(one, changed)
            target.write_bytes(data)
            self.counts[found] += 1
            if found == "survived":
                tests = len(self.tests_of(one))
                change = f"{one.old}  ->  {' '.join(one.new.split())}"
                print(f"survived {tests} tests  {one.path}:{one.line}  {change}", flush=True)


def main() -> None:
    """Draw mutants, run their tests, print the score and those that survived."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folders", nargs="+", help="folders or files of the package")
    parser.add_argument("--budget", type=int, default=20, help="how many mutants")
    parser.add_argument("--seconds", type=float, default=3600.0, help="stop drawing after this")
    parser.add_argument("--limit", type=float, default=40.0, help="seconds of tests for a mutant")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    files = sorted(
        file
        for folder in args.folders
        for file in ([ROOT / folder] if folder.endswith(".py") else (ROOT / folder).rglob("*.py"))
        if file.name not in ("__init__.py", "references.py")
    )
    drawn = [one for file in files for one in mutants(file)]
    random.Random(args.seed).shuffle(drawn)
    tests = sorted({
        test for one in drawn for folder, of in KNOWN["tests"].items()
        if one.path.startswith(folder) for test in [folder, *of]
    })  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder).resolve()
        for name in ("mechdesign", "tests", "docs", "pyproject.toml", "conftest.py", "examples"):
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, copy / name)
        os.chdir(copy)
        os.environ["PYTHONPATH"] = str(copy)
        os.environ["MECHDESIGN_JIT"] = "0"  # compiled code is the same under every mutant
        sys.path.insert(0, str(copy))
        run = Run(copy, drawn, args)
        quiet = ["-q", "-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist"]
        pytest.main([*quiet, *tests], plugins=[run])
    counts = run.counts
    noticed = counts["killed"] + counts["out of time"]
    share = noticed / max(1, noticed + counts["survived"])
    told = ", ".join(f"{count} {word}" for word, count in counts.items())
    print(f"{' '.join(args.folders)}: {share:.0%} of {noticed + counts['survived']} ({told})")


if __name__ == "__main__":
    main()
