"""Small published tables and the literature's examples, each with its source."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mechdesign.datasets.aggregation import bert_glue, roberta_glue
    from mechdesign.datasets.auctions import (
        edelman_ostrovsky_schwarz,
        non_monotone_cascades,
        product_partition_cascade,
        vcg_outside_the_core,
    )
    from mechdesign.datasets.bargaining import montreal_reconstruction

# Each data set is loaded from its family's module when it is first asked for.
_HOMES = {
    "bert_glue": "aggregation",
    "roberta_glue": "aggregation",
    "edelman_ostrovsky_schwarz": "auctions",
    "non_monotone_cascades": "auctions",
    "product_partition_cascade": "auctions",
    "vcg_outside_the_core": "auctions",
    "montreal_reconstruction": "bargaining",
}

__all__ = [
    "bert_glue",
    "edelman_ostrovsky_schwarz",
    "montreal_reconstruction",
    "non_monotone_cascades",
    "product_partition_cascade",
    "roberta_glue",
    "vcg_outside_the_core",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f"mechdesign.datasets.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'mechdesign.datasets' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
