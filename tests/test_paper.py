"""The draft of the paper: its example runs, and it cites what its bibliography has."""

import re
from pathlib import Path

from mechdesign.axioms import HOLDS

PAPER = Path(__file__).resolve().parents[1] / "docs" / "paper"


def test_the_example_proves_what_the_text_says():
    text = (PAPER / "paper.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    *before, last = code.strip().split("\n")
    names = {}
    exec("\n".join(before), names)  # the text of this repository
    verdict = eval(last, names)
    assert verdict.status is HOLDS
    assert verdict.evidence.kind == "proof"


def test_everything_cited_is_listed_and_the_other_way_round():
    text = (PAPER / "paper.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"@article\{(\w+),", (PAPER / "paper.bib").read_text(encoding="utf-8")))
    assert set(re.findall(r"@(\w+\d{4})", text)) == listed
