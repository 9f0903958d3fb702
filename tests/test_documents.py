"""README and CONTRIBUTING: their Python runs, their commands run."""

import doctest
import importlib.util
import re
import shlex
from pathlib import Path

import pytest

from mechdesign.axioms.question.registry import AXIOMS
from mechdesign.cli import main
from mechdesign.model.registry import _MECHANISMS, mechanisms

ROOT = Path(__file__).resolve().parents[1]
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def registries():
    """What the recipes register is taken back."""
    mechanisms()  # loads every family, so that what they register is kept
    entries, axioms = dict(_MECHANISMS), dict(AXIOMS)
    yield
    for registry, kept in ((_MECHANISMS, entries), (AXIOMS, axioms)):
        registry.clear()
        registry.update(kept)


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
@pytest.mark.usefixtures("registries")
def test_python_blocks_run(name):
    blocks = [code for kind, code in FENCE.findall((ROOT / name).read_text()) if kind == "python"]
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner(optionflags=FLAGS)
    source = "\n".join(blocks)
    runner.run(parser.get_doctest(source, {}, name, name, 0))
    assert runner.tries > 5
    assert runner.failures == 0


def test_commands_run(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    blocks = [code for kind, code in FENCE.findall((ROOT / "README.md").read_text()) if not kind]
    commands = [
        shlex.split(line, comments=True)[1:]
        for code in blocks
        for line in code.replace("\\\n", " ").splitlines()
        if line.startswith("mechdesign ")
    ]
    assert len(commands) >= 5
    for words in commands:
        if words[0] == "consistent" and importlib.util.find_spec("pysat") is None:
            continue
        assert main(words) in (0, 1, 3), words
        assert capsys.readouterr().out


def test_the_two_commands_come_first():
    text = (ROOT / "README.md").read_text()
    assert text.index("make demo") < text.index("make test") < text.index("pip install .")
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
