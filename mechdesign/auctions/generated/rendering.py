"""A generated answer with its sponsored creatives, as text: one sees what is bought."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from mechdesign.auctions.generated.optimal import SETTING
from mechdesign.auctions.market.placements import Content, Placement
from mechdesign.errors import InvalidInputError, require
from mechdesign.model import Outcome, Seed, as_count, generator

__all__ = ["render"]


def render(
    outcome: Outcome,
    *,
    passages: Sequence[str] | None = None,
    creatives: Mapping[Any, str] | None = None,
    width: int = 76,
    rng: Seed = None,
) -> str:
    """The answer with the ads in their positions.

    Parameters
    ----------
    outcome : Outcome
        Of an auction in generated content.
    passages : sequence of m texts, optional
        The passage of the answer before each position.
    creatives : mapping of agent to text, optional
        What each advertiser shows.
    width : int
        Of a line, at least 30.
    rng : numpy.random.Generator or int, optional
        Toss the coins of a placement with rendering probabilities and show one realisation; by
        default every ad is shown with its probability.

    Raises
    ------
    InvalidInputError
        If the outcome is of another kind, or there are too few passages.

    Examples
    --------
    >>> from mechdesign import auctions
    >>> out = auctions.content_vcg({"Alps": 4, "Sea": 3}, p=[[0.5, 0.2], [0.1, 0.4]])
    >>> print(render(out, passages=["Where to go in May?", "What to pack."]))
    Where to go in May?
      | Sponsored by Alps: visit Alps
      | clicked with probability 0.375, price per click 1.2
    What to pack.
      | Sponsored by Sea: visit Sea
      | clicked with probability 0.25, price per click 2
    """
    require(outcome, Outcome, "outcome")
    problem = outcome.problem
    if problem is None or not isinstance(outcome.choice, Placement):
        raise InvalidInputError("outcome", "come from an auction in generated content", outcome)
    data: Content = problem.data
    columns = as_count(width, "width", low=30)
    texts = [f"Passage {label} of the answer." for label in data.positions]
    if passages is not None:
        if len(passages) < len(texts):
            raise InvalidInputError("passages", f"have {len(texts)} entries", len(passages))
        texts = [str(text) for text in passages]
    clicks = SETTING.clicks(problem, outcome.choice)
    prices = outcome.details.get("per_click", {})
    random = None if rng is None else generator(rng)
    at: dict[int, list[str]] = {}
    ordered = data.model == "cascade" and data.order == "free"
    for rank, ((agent, j), chance) in enumerate(
        zip(outcome.choice.shown, outcome.choice.chances, strict=True), start=1
    ):
        if random is not None and random.random() >= float(chance):
            continue
        message = (creatives or {}).get(agent, f"visit {agent}")
        facts = f"clicked with probability {float(clicks[agent]):.3g}"
        if agent in prices:
            facts += f", price per click {float(prices[agent]):.3g}"
        if random is None and chance != 1:
            facts += f", rendered with probability {float(chance):.3g}"
        if ordered:
            facts += f", number {rank} in rendering order"
        at[j] = [f"Sponsored by {agent}: {message}", facts]
    lines: list[str] = []
    for j, text in enumerate(texts):
        lines += textwrap.wrap(text, columns)
        for note in at.get(j, []):
            lines += textwrap.wrap(note, columns, initial_indent="  | ", subsequent_indent="  |   ")
    return "\n".join(lines)
