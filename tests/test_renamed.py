"""The table of renamed things: what is new exists, and the changelog has it."""

import importlib
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TABLE = tomllib.loads((ROOT / "docs" / "renamed.toml").read_text(encoding="utf-8"))


def found(path):
    """The object of a dotted path, through modules and attributes."""
    parts = path.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            value = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError as error:
            if not path.startswith(error.name or ""):
                pytest.skip(f"needs {error.name}")
            continue
        for part in parts[cut:]:
            value = getattr(value, part)
        return value
    raise AssertionError(path)


@pytest.mark.parametrize("new", sorted({n.split("(")[0] for n in TABLE["names"].values()}))
def test_new_names_exist(new):
    assert found(new) is not None


def test_modules_are_where_the_table_says():
    for new in TABLE["modules"].values():
        assert (ROOT / new.replace(".", "/")).with_suffix(".py").is_file(), new


def test_the_changelog_has_every_renamed_name():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for old, new in TABLE["names"].items():
        row = f"| `{old.removeprefix('mechdesign.')}` | `{new.removeprefix('mechdesign.')}` |"
        assert row in text, old
