"""What one episode adds to each measure: a top and a bottom for every seat."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from mechdesign.games.agents.episodes import Episode
from mechdesign.games.agents.protocol import Environment, History
from mechdesign.games.agents.simple_environments import RepeatedTable
from mechdesign.games.offers import share_fairness
from mechdesign.games.tables import eliminate, pure_equilibria
from mechdesign.model import Number, distance, ratio

#: What is added to the sum, and for how many it counts.
Rate = tuple[Number, Number]


def equality(shares: tuple[Number, ...]) -> Number:
    """1 less the Gini coefficient."""
    gaps: Number = 0
    for a in shares:
        for b in shares:
            gaps += distance(a, b)
    return 1 - gaps / Fraction(2 * len(shares))


FAIRNESS: dict[str, Callable[[tuple[Number, ...]], Number]] = {
    "parity": lambda shares: share_fairness(shares[0]),
    "equality": equality,
}


def efficiency(rules: Environment, nature: object, history: History) -> Number | None:
    """The realised total by the best one; None where there is nothing to gain."""
    best = rules.best_total(nature)
    if best is None or best <= 0:
        return None
    return ratio(sum(rules.payoffs(nature, history)), best)


def fair_share(rules: Environment, nature: object, history: History, named: str) -> Number | None:
    """The named fairness of the shares; None where nothing was divided."""
    shares = rules.shares(nature, history)
    return None if shares is None else FAIRNESS[named](shares)


def rates_of(rules: Environment, one: Episode, named: str) -> list[dict[str, Rate]]:
    """For each seat the measures that are defined in this episode."""
    nature, history = one.nature, one.history
    found: list[dict[str, Rate]] = [{} for _ in one.agents]
    common = {
        "efficiency": efficiency(rules, nature, history),
        f"fairness ({named})": fair_share(rules, nature, history, named),
    }
    lowest = rules.disagreement(nature)
    for seat, own in enumerate(found):
        own |= {name: (value, 1) for name, value in common.items() if value is not None}
        own["gain"] = one.payoffs[seat] - lowest[seat], 1
        asked = sum(c.seat == seat for c in one.calls)
        own["refused answers"] = one.refused(seat), asked
        own["forfeits"] = int(one.forfeited == seat), 1
        own["distance to subgame-perfect"] = _distance(rules, one, seat)
    if isinstance(rules, RepeatedTable):
        for seat, own in enumerate(found):
            own |= _of_table(rules, history, seat)
        turns = _turns(rules, history)
        if turns is not None:
            for own in found:
                own["turn-taking"] = turns, 1
    else:
        for seat, own in enumerate(found):
            own["regret"] = _hindsight(rules, one, seat)
    return found


def _hindsight(rules: Environment, one: Episode, seat: int) -> Rate:
    """What the best other move would have gained, of those after which the rules end the episode.

    After any other move it is not known what the others would have done.
    """
    if one.ended != "over":
        return 0, 0
    mine, decided = one.payoffs[seat], False
    best = mine
    for step, joint in enumerate(one.history):
        before = one.history[:step]
        if joint[seat] is None:
            continue
        for move in rules.legal(one.nature, before, seat):
            after = (*before, (*joint[:seat], move, *joint[seat + 1 :]))
            if move != joint[seat] and not rules.movers(one.nature, after):
                decided = True
                best = max(best, rules.payoffs(one.nature, after)[seat])
    return (best - mine, 1) if decided else (0, 0)


def _distance(rules: Environment, one: Episode, seat: int) -> Rate:
    """Between moves and subgame-perfect ones: the difference of amounts, else 0 or 1."""
    labels = isinstance(rules, RepeatedTable)
    total: Number = 0
    count = 0
    for step, joint in enumerate(one.history):
        if joint[seat] is not None:
            wanted = rules.perfect(one.nature, one.history[:step], seat)
            if wanted is not None:
                words = labels or isinstance(wanted, str)
                total += int(joint[seat] != wanted) if words else distance(joint[seat], wanted)
                count += 1
    return total, count


def best_reply_flags(rules: RepeatedTable, history: History, seat: int) -> Iterator[bool]:
    """For each round whether the move was best against what the others did in it."""
    for moves in history:
        replies = rules.replies(moves, seat)
        yield replies[moves[seat]] == max(replies.values())


def _of_table(rules: RepeatedTable, history: History, seat: int) -> dict[str, Rate]:
    rounds = len(history)
    if not rounds:
        return {}
    replies = [rules.replies(moves, seat) for moves in history]
    got = [r[moves[seat]] for r, moves in zip(replies, history, strict=True)]
    fixed = max(sum(r[a] for r in replies) for a in replies[0])
    found: dict[str, Rate] = {
        # The best fixed action against what the others did, and the best one of every round.
        "regret": (fixed - sum(got), rounds),
        "gap to best reply": (sum(max(r.values()) for r in replies) - sum(got), rounds),
        "best replies": (sum(best_reply_flags(rules, history, seat)), rounds),
    }
    for order, left in enumerate(_orders(rules), 1):
        kept = sum(moves[seat] in left[seat] for moves in history)
        found[f"rationality order {order}"] = kept, rounds
    if rules.cooperate is not None:
        found |= _cooperation(rules.cooperate, history, seat)
    return found


def _orders(rules: RepeatedTable) -> list[tuple[tuple[Any, ...], ...]]:
    """What 1, 2, ... rounds of iterated strict dominance leave to each seat."""
    if "_orders" not in vars(rules):
        done = eliminate(rules.game)
        listed = [
            tuple(done.surviving(p, k) for p in rules.game.players)
            for k in range(1, len(done.rounds) + 1)
        ]
        object.__setattr__(rules, "_orders", listed)
    orders: list[tuple[tuple[Any, ...], ...]] = vars(rules)["_orders"]
    return orders


def _cooperation(cooperate: object, history: History, seat: int) -> dict[str, Rate]:
    mine = [moves[seat] == cooperate for moves in history]
    # Others defect where one of them does.
    theirs = [all(m == cooperate for k, m in enumerate(moves) if k != seat) for moves in history]
    provoked = [t for t in range(1, len(history)) if not theirs[t - 1]]
    # The others have come back: they defected earlier and cooperated in the round before.
    sorry = [t for t in range(1, len(history)) if theirs[t - 1] and not all(theirs[: t - 1])]
    return {
        "cooperation": (sum(mine), len(mine)),
        "retaliation": (sum(not mine[t] for t in provoked), len(provoked)),
        "forgiveness": (sum(mine[t] for t in sorry), len(sorry)),
    }


def _turns(rules: RepeatedTable, history: History) -> Number | None:
    """How often two players change from one pure equilibrium to the other, less by chance.

    Chance: both draw their moves of every round independently, as often as they took them.
    """
    if len(rules.roles) != 2 or len(history) < 2:
        return None
    if "_pure" not in vars(rules):
        object.__setattr__(rules, "_pure", tuple(map(tuple, pure_equilibria(rules.game))))
    pure = vars(rules)["_pure"]
    if len(pure) != 2:
        return None
    pairs = list(itertools.pairwise(history))
    turned = sum(a != b and a in pure and b in pure for a, b in pairs)
    chances = []
    for moves in pure:
        often = [sum(joint[k] == moves[k] for joint in history) for k in (0, 1)]
        chances.append(Fraction(often[0] * often[1], len(history) ** 2))
    return Fraction(turned, len(pairs)) - 2 * chances[0] * chances[1]
