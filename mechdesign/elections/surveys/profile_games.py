"""Which profiles candidates show who reply to each other: joint, independent, unequal parties."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.elections.competition import TwoParties, share_game, two_parties
from mechdesign.elections.space import amount, labels_in
from mechdesign.elections.surveys.best_shares import references
from mechdesign.elections.surveys.choice_models import ChoiceModel
from mechdesign.errors import InvalidInputError, LimitReachedError, require
from mechdesign.io import Table
from mechdesign.model import Number, Seed, as_count, as_list, generator
from mechdesign.preference_games import PreferenceGame, game, gap, maximal_lottery, regularised
from mechdesign.records import dataclass

__all__ = ["ProfileEquilibrium", "adversarial_profiles", "party_profiles", "product_profiles"]

_GOOD = 1e-10


@dataclass(frozen=True, eq=False, repr=False)
class ProfileEquilibrium:
    """Profiles that candidates show in equilibrium, with what proves it.

    Parameters
    ----------
    model : ChoiceModel
        Of the votes.
    game : PreferenceGame
        Shares of votes between all profiles.
    probabilities : array
        Of the profiles, in the order of the game.
    shares : tuple of arrays
        Of the levels of each attribute.
    gap : float
        What both candidates could gain by departing to any lottery over profiles, costs counted.
    exploitability : float
        What the best profile gets beyond half of the votes, without costs.
    claimed : float
        The share of votes that the best reply to the base design gets against that design.
    received : float
        The share that the same reply gets against the equilibrium.
    unilateral : tuple of arrays
        Its shares of levels.
    kind : str
        ``joint``, or ``product`` where attributes are independent.
    """

    model: ChoiceModel
    game: PreferenceGame
    probabilities: FloatArray
    shares: tuple[FloatArray, ...]
    gap: float
    exploitability: float
    claimed: float
    received: float
    unilateral: tuple[FloatArray, ...]
    kind: str

    def table(self) -> Table:
        """One row a level: the base design, the unilateral reply, the equilibrium."""
        base = self.model.data.base()
        rows: list[list[Any]] = []
        for d, name in enumerate(self.model.data.attributes):
            for j, level in enumerate(self.model.data.levels[d]):
                parts = (base[d], self.unilateral[d], self.shares[d])
                rows.append([name, str(level), *(float(own[j]) for own in parts)])
        beta = f"beta {self.game.beta:g}" if self.game.beta else "no costs"
        if self.game.beta and np.allclose(self.game.reference, 1 / self.game.n):
            beta += " for departing from uniform shares"
        notes = [
            f"{self.kind} equilibrium, {beta}: gap {self.gap:.2g}, exploitability "
            f"{self.exploitability:.2g} of the votes",
            f"the unilateral reply claims {self.claimed:.6f} of the votes and gets "
            f"{self.received:.6f} against the equilibrium",
            f"votes by enumeration of {self.game.n} profiles, {self.model.link} model",
            *self.game.decisions,
        ]
        columns = ["attribute", "level", "shown", "unilateral", "equilibrium"]
        return Table(columns, rows, "shares of levels", notes)

    def __repr__(self) -> str:
        return str(self.table())


def profile_game(
    model: ChoiceModel, beta: Number, reference: Sequence[Sequence[float]] | None
) -> PreferenceGame:
    """The shares of votes between all profiles; the reference is a product, uniform by default."""
    require(model, ChoiceModel, "model")
    beta = amount(beta, "beta")
    profiles = model.profiles()
    refs = references(reference, model.data.sizes, True)
    joint = _chances(refs, profiles)
    if model.link == "logit":
        return share_game(model.contest(), beta=beta, ref=joint.tolist())
    worth = np.asarray(model.shares) @ model.utilities(profiles)
    rates = 0.5 + worth[:, None] - worth[None, :]
    if rates.min() < 0:
        told = "give shares of votes in [0, 1]: use the logit"
        raise InvalidInputError("model", told, float(rates.min()))
    contest = model.contest()
    n = len(profiles)
    plain = PreferenceGame(
        contest.platforms,
        (rates + 1 - rates.T) / 2,
        np.full(n, 1 / n),
        decisions=contest.decisions,
    )
    return game(plain, ref=joint.tolist(), beta=beta)


def _chances(shares: Sequence[FloatArray], profiles: Sequence[tuple[int, ...]]) -> FloatArray:
    """The chances of profiles whose levels are drawn independently, among those listed."""
    places = np.array(profiles, dtype=np.int64)
    found = np.ones(len(profiles))
    for d, own in enumerate(shares):
        found = found * own[places[:, d]]
    with np.errstate(invalid="ignore"):
        return np.asarray(found / found.sum())


def _level_shares(model: ChoiceModel, p: FloatArray) -> tuple[FloatArray, ...]:
    codes = np.array(model.profiles(), dtype=np.int64)
    return tuple(
        np.asarray(np.bincount(codes[:, d], weights=p, minlength=size), dtype=float)
        for d, size in enumerate(model.data.sizes)
    )


def _equilibrium(
    model: ChoiceModel, played: PreferenceGame, p: FloatArray, kind: str
) -> ProfileEquilibrium:
    ref, rates = played.reference, played.rates
    against = rates @ ref
    if played.beta:
        reply = np.log(ref) + against / played.beta
        reply = np.exp(reply - reply.max())
        reply = reply / reply.sum()
    else:
        reply = (against >= against.max() - 1e-12).astype(float)
        reply = reply / reply.sum()
    listed: list[Number] = p.tolist()
    return ProfileEquilibrium(
        model,
        played,
        p,
        _level_shares(model, p),
        float(gap(played, listed)),
        max(0.0, float((rates @ p).max()) - 0.5),
        float(reply @ against),
        float(reply @ rates @ p),
        _level_shares(model, reply),
        kind,
    )


def adversarial_profiles(
    model: ChoiceModel,
    *,
    beta: Number = 0.1,
    reference: Sequence[Sequence[float]] | None = None,
) -> ProfileEquilibrium:
    """What two candidates show who reply to each other: any lottery over profiles.

    Parameters
    ----------
    model : ChoiceModel
        At most 3,000 profiles.
    beta : number
        What departing from the reference costs, ``beta * KL`` in vote share; with 0 the maximal
        lottery.
    reference : sequence of positive distributions, optional
        Of the levels of each attribute; uniform by default.

    Returns
    -------
    ProfileEquilibrium
        With the gap in the game of all lotteries over profiles, 0 up to rounding.

    Examples
    --------
    >>> from mechdesign.elections import fit_choices, simulate_conjoint
    >>> effects = {"age": {"old": 0, "young": 1}, "place": {"near": 0.5, "far": 0}}
    >>> found = adversarial_profiles(fit_choices(simulate_conjoint(effects, 300, 5, rng=0)))
    >>> found.gap < 1e-12, found.claimed >= 0.5, len(found.probabilities)
    (True, True, 4)
    """
    played = profile_game(model, beta, reference)
    found = regularised(played) if played.beta else maximal_lottery(played)
    p = np.array([float(x) for x in found.probabilities.values()])
    return _equilibrium(model, played, p / p.sum(), "joint")


def product_profiles(
    model: ChoiceModel,
    *,
    beta: Number = 0.1,
    reference: Sequence[Sequence[float]] | None = None,
    starts: int = 4,
    rng: Seed = 0,
) -> ProfileEquilibrium:
    """What candidates show who vary attributes independently, with its gap among all lotteries.

    Parameters
    ----------
    model : ChoiceModel
        At most 3,000 profiles, of a design in which all levels meet.
    beta, reference
        As in :func:`adversarial_profiles`; beta is positive.
    starts : int
        Random starts beside the reference; the one with the smallest gap is returned.
    rng : generator or int
        For these.

    Notes
    -----
    Damped replies of each attribute in turn to the own policy.  The problem is multilinear, so that
    there may be several such points; what is returned is an equilibrium up to its gap, no more.

    Raises
    ------
    LimitReachedError
        If no start settles within 2,000 rounds.

    Examples
    --------
    >>> from mechdesign.elections import fit_choices, simulate_conjoint
    >>> effects = {"age": {"old": 0, "young": 1}, "place": {"near": 0.5, "far": 0}}
    >>> model = fit_choices(simulate_conjoint(effects, 300, 5, rng=0))
    >>> product_profiles(model).gap < 0.1
    True
    """
    played = profile_game(model, beta, reference)
    if not played.beta:
        raise InvalidInputError("beta", "be positive for independent attributes", beta)
    sizes = model.data.sizes
    if played.n != math.prod(sizes):
        told = "show all pairs of levels together: attributes cannot be independent"
        raise InvalidInputError("model", told, f"{played.n} of {math.prod(sizes)} profiles")
    refs = references(reference, sizes, True)
    draw, tries = generator(rng), as_count(starts, "starts", high=10_000)
    begins = [refs, *([draw.dirichlet(np.ones(n)) for n in sizes] for _ in range(tries))]
    best: tuple[float, FloatArray] | None = None
    for begin in begins:
        p = _settled(played.rates, [own.copy() for own in begin], refs, played.beta, sizes)
        if p is not None:
            listed: list[Number] = p.tolist()
            off = float(gap(played, listed))
            if best is None or off < best[0] - _GOOD:
                best = (off, p)
    if best is None:
        raise LimitReachedError("independent attributes did not settle in 2,000 rounds")
    return _equilibrium(model, played, best[1], "product")


def _settled(
    rates: FloatArray,
    now: list[FloatArray],
    refs: Sequence[FloatArray],
    beta: float,
    sizes: Sequence[int],
) -> FloatArray | None:
    """The joint distribution of a product policy whose attributes all reply to it."""
    for _ in range(2_000):
        change = 0.0
        for d in range(len(sizes)):
            votes = (rates @ _joint(now)).reshape(sizes)
            for e in range(len(sizes) - 1, -1, -1):
                if e != d:
                    votes = np.tensordot(votes, now[e], axes=(e, 0))
            log = np.log(refs[d]) + votes / beta
            log = np.exp(log - log.max())
            new = 0.5 * now[d] + 0.5 * log / log.sum()
            change = max(change, float(np.abs(new - now[d]).max()))
            now[d] = new
        if change < 1e-14:
            return _joint(now)
    return None


def _joint(shares: Sequence[FloatArray]) -> FloatArray:
    found = np.ones(1)
    for own in shares:
        found = np.outer(found, own).ravel()
    return found


def party_profiles(
    model: ChoiceModel,
    *,
    strength: Number = 0,
    penalty: Literal["kl", "l2"] = "kl",
    references_of: Sequence[Sequence[Sequence[float]]] | None = None,
    allowed: Sequence[Mapping[str, Sequence[Hashable]]] | None = None,
) -> TwoParties:
    """Two parties with base designs and allowed levels of their own.

    Parameters
    ----------
    model : ChoiceModel
        Of the votes.
    strength, penalty
        As in :func:`two_parties`.
    references_of : two sequences of distributions, optional
        The base design of each party over all levels; uniform by default.
    allowed : two mappings of attribute to levels, optional
        What each party may show; attributes that are not named are free.

    Returns
    -------
    TwoParties
        Over profiles by names, with its gap; ``divergence`` tells how far the parties are apart.

    Examples
    --------
    >>> from mechdesign.elections import fit_choices, simulate_conjoint
    >>> effects = {"age": {"old": 0, "young": 1}, "place": {"near": 0.5, "far": 0}}
    >>> model = fit_choices(simulate_conjoint(effects, 300, 5, rng=0))
    >>> bool(party_profiles(model, strength=0.1).gap < 1e-6)
    True
    """
    played = profile_game(model, 0, None)
    profiles = model.profiles()
    names: list[Any] = list(played.alternatives)
    kept, refs = [], []
    for name, both in (("references_of", references_of), ("allowed", allowed)):
        if both is not None and len(as_list(both, name)) != 2:
            raise InvalidInputError(name, "have an entry for each of two parties", both)
    for side in range(2):
        rules = {} if allowed is None else list(allowed)[side]
        if not isinstance(rules, Mapping):
            raise InvalidInputError(f"allowed[{side}]", "map attributes to levels", rules)
        strange = [name for name in rules if name not in model.data.attributes]
        if strange:
            told = f"name attributes of {list(model.data.attributes)}"
            raise InvalidInputError(f"allowed[{side}]", told, strange[0])
        free = [
            labels_in(rules[name], f"allowed[{side}]") if name in rules else None
            for name in model.data.attributes
        ]
        inside = [
            k
            for k, name in enumerate(names)
            if all(own is None or x in own for x, own in zip(name, free, strict=True))
        ]
        if not inside:
            raise InvalidInputError(f"allowed[{side}]", "leave some profile", rules)
        given = None if references_of is None else list(references_of)[side]
        shares = references(given, model.data.sizes, penalty == "kl")
        joint = _chances(shares, [profiles[k] for k in inside])
        if not np.isfinite(joint).all():
            told = "give what the party may show a chance"
            raise InvalidInputError(f"references_of[{side}]", told, given)
        kept.append(inside)
        refs.append(joint.tolist())
    words: dict[str, Any] = {}
    if amount(strength, "strength"):
        words = {"row_reference": refs[0], "column_reference": refs[1], "penalty": penalty}
    return two_parties(
        played.rates[np.ix_(kept[0], kept[1])],
        strength=strength,
        rows=[names[k] for k in kept[0]],
        columns=[names[k] for k in kept[1]],
        **words,
    )
