"""Which doctests need an extra: they are collected only where it is installed."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

ROOT = Path(__file__).parent
# Modules whose doctests use an optional package.
_NEEDS = {
    **{
        f"mechdesign/{family}/plots.py": "matplotlib"
        for family in ("facility", "auctions", "matching", "aggregation", "bargaining")
    },
    "mechdesign/testing/strategies.py": "hypothesis",
    "mechdesign/axioms/consistency/answers.py": "pysat",
    "mechdesign/solvers/sat.py": "pysat",
}


def _absent(package: str) -> bool:
    return importlib.util.find_spec(package) is None


collect_ignore = [str(ROOT / path) for path, package in _NEEDS.items() if _absent(package)]

# A guide page names what it needs in a comment: `.. needs: pandas matplotlib`.
for page in (ROOT / "docs" / "guide").glob("*.rst"):
    needs = re.search(r"^\.\. needs: (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    if needs and any(_absent(package) for package in needs.group(1).split()):
        collect_ignore.append(str(page))
