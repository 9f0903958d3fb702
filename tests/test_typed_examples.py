"""What README, guide and gallery show is well typed, as a user's own strict checker sees it."""

import doctest
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "guide").glob("*.rst"))]
GALLERY = sorted((ROOT / "examples").glob("*/plot_*.py"))

CALLS = """
from mechdesign import aggregation, auctions, bargaining, facility, matching
reveal_type(facility.average([0, 1]))
reveal_type(facility.median([0, 1], side="upper"))
reveal_type(facility.quantile(q=1)([0, 1]))
reveal_type(facility.random_rank([0, 1]))
reveal_type(aggregation.borda({"A > B": 1}, ties="max"))
reveal_type(aggregation.k_approval(k=2)({"A > B": 1}))
reveal_type(aggregation.maximal_lotteries({"A > B": 1}))
reveal_type(matching.ranking([[1]]))
reveal_type(bargaining.nash([(1, 2)]))
reveal_type(auctions.vcg([2, 1], ctr=[1]))
reveal_type(facility.quantile(q=1))
"""
EXPECTED = ["Outcome", "Outcome", "Outcome", "Lottery", "AggregationResult", "AggregationResult"]
EXPECTED += ["Lottery", "Lottery", "Outcome", "Outcome", "Quantile"]


def lines_of(page):
    """The examples of a page as one module; those that raise are no part of it."""
    examples = doctest.DocTestParser().get_examples(page.read_text(encoding="utf-8"))
    kept = [example for example in examples if example.exc_msg is None]
    return "".join(example.source for example in kept)


@pytest.mark.skipif(find_spec("mypy") is None, reason="the checker is not installed")
def test_examples_pass_a_strict_checker(tmp_path):
    files = [tmp_path / f"{page.stem}_page.py" for page in PAGES]
    for file, page in zip(files, PAGES, strict=True):
        file.write_text(lines_of(page), encoding="utf-8")
    cache = ROOT / ".mypy_cache" / "examples"
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={cache}"]
    command += ["--ignore-missing-imports", "--follow-imports=silent", "--hide-error-context"]
    done = subprocess.run(
        [*command, *map(str, files), *map(str, GALLERY)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(ROOT)},
    )
    assert done.returncode in (0, 1), done.stderr
    assert [line for line in done.stdout.splitlines() if ": error: " in line] == []


@pytest.mark.skipif(find_spec("pyright") is None, reason="the checker is not installed")
def test_examples_pass_pyright(tmp_path):
    for page in PAGES:
        (tmp_path / f"{page.stem}_page.py").write_text(lines_of(page), encoding="utf-8")
    settings = {"extraPaths": [str(ROOT)], "reportUnusedExpression": False}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson"]
    done = subprocess.run(
        [*command, "--project", str(tmp_path)], capture_output=True, text=True, cwd=tmp_path
    )
    if not done.stdout.startswith("{"):
        pytest.skip(f"pyright cannot be fetched here: {done.stderr[-200:]}")
    found = json.loads(done.stdout)["generalDiagnostics"]
    assert [f"{d['file']}: {d['message']}" for d in found if d["severity"] == "error"] == []


@pytest.mark.skipif(find_spec("mypy") is None, reason="the checker is not installed")
def test_a_call_says_what_it_returns(tmp_path):
    file = tmp_path / "calls.py"
    file.write_text(CALLS, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file="]
    command += [f"--cache-dir={ROOT / '.mypy_cache' / 'examples'}", "--ignore-missing-imports"]
    done = subprocess.run(
        [*command, "--follow-imports=silent", str(file)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(ROOT)},
    )
    told = [line.split('"')[1] for line in done.stdout.splitlines() if "Revealed type" in line]
    assert [name.split("[")[0].rpartition(".")[2] for name in told] == EXPECTED, done.stdout
