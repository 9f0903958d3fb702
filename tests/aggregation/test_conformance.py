"""Every registered rule of the family through the conformance suite."""

from __future__ import annotations

from mechdesign import aggregation as ag
from mechdesign.model import get, mechanisms
from mechdesign.testing import MechanismConformance

RANKING_BAD = (5, [[]], [[1, "x"]], ["A >"], {"A > B": -1}, {"A > B": 0})


def suite(id: str, parameters: dict) -> type[MechanismConformance]:
    scored = get_setting(id) == "aggregation.scores"
    domain = (
        {"agents": 2, "alternatives": 2, "grid": 2} if scored else {"agents": 2, "alternatives": 3}
    )
    return type(
        f"Test_{id.split('.')[1]}",
        (MechanismConformance,),
        {
            "mechanism": get(id, **parameters),
            "domain": domain,
            "bad_inputs": RANKING_BAD,
            "exact": True,
        },
    )


def get_setting(id: str) -> str:
    return next(e for e in mechanisms("aggregation") if e.id == id).setting.id


# Rules whose likelihood has no maximum, or no positive scores, on most small problems.
SKIPPED = {
    "bradley_terry",
    "thurstone",
    "plackett_luce",
    "geometric_mean",
    "harmonic_mean",
    "scoring",
    "eigenvector",
}

for entry in mechanisms("aggregation"):
    name = entry.id.split(".")[1]
    if name not in SKIPPED:
        globals()[f"Test_{name}"] = suite(entry.id, {"k": 2} if name == "k_approval" else {})


def test_all_rules_are_documented() -> None:
    for entry in mechanisms("aggregation"):
        assert entry.summary
        assert entry.id.split(".")[1] in ag.__all__
