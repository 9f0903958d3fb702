"""The decorator that makes a function or a class into a mechanism and registers it."""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, Self, overload

from mechdesign.errors import InvalidInputError
from mechdesign.model.frozen import FrozenMap
from mechdesign.model.mechanism_base import (
    M,
    Mechanism,
    R,
    check_setting,
    construct,
    refuse_missing,
)
from mechdesign.model.numbers import Seed
from mechdesign.model.outcome import Outcome
from mechdesign.model.problem import Problem
from mechdesign.model.reference import Reference, Theorem
from mechdesign.model.registry import checked, register
from mechdesign.model.setting import Setting
from mechdesign.records import dataclass

__all__ = ["mechanism"]


@dataclass(frozen=True)
class Declared:
    """The arguments of the decorator :func:`mechanism`."""

    id: str
    setting: Setting | None = None
    reference: Reference | None = None
    claims: Mapping[str, Theorem] = FrozenMap()
    anonymous: bool | None = None
    winners: Callable[..., Sequence[Outcome]] | None = None
    many: Callable[..., Any] | None = None
    parts: Callable[..., Any] | None = None
    reader: Callable[..., Problem] | None = None
    takes: tuple[str, ...] = ()
    depends_on: str = ""


class RegisteredMechanism(Mechanism[R]):
    """A mechanism whose code is a function of a problem; made by :func:`mechanism`."""

    __name__: str

    def __init__(
        self,
        function: Callable[..., Any],
        declared: Declared,
        bound: Mapping[str, Any] = FrozenMap(),
    ) -> None:
        if declared.setting is None:
            raise InvalidInputError("setting", "be given for a function", None, owner=declared.id)
        functools.update_wrapper(self, function, updated=())
        self.function = function
        self.declared = declared
        self.id = declared.id
        self.reference = declared.reference
        self.anonymous = bool(declared.anonymous)
        self._bound = bound
        self.setting = _other_setting(declared, bound)
        self.takes = declared.takes
        self.depends_on = declared.depends_on
        given = {k: v for k, v in bound.items() if k != "setting"}
        self._values = checked(function, given, declared.id)
        self.claims = _kept_claims(self, declared)
        # Set on the instance, so that the protocols tell the two kinds apart.
        if declared.winners is not None:
            self.winners = self._list_winners
        if declared.many is not None:
            self.evaluate_many = self._evaluate_batch
        if declared.parts is not None:
            self.parts = self._list_parts

    @property
    def _accepts(self) -> Mapping[str, inspect.Parameter]:  # type: ignore[override]
        return _signature(self.function)[0]

    def _reader(self) -> Callable[..., Problem]:
        return self.declared.reader or self.setting.problem

    def solve(self, problem: Problem, *, rng: Seed = None) -> R:
        refuse_missing(self)
        self.setting.check(problem)
        return self.wrap(problem, self.function(problem, **self._values, **self._told(rng)))

    @property
    def _takes_rng(self) -> bool:
        return "rng" in _signature(self.function)[1]

    def _told(self, rng: Seed) -> dict[str, Any]:
        """What the function asks for beside its parameters."""
        return {
            key: value
            for key, value in (("rng", rng), ("setting", self.setting))
            if key in _signature(self.function)[1]
        }

    def _list_winners(self, problem: Problem) -> Sequence[Outcome]:
        assert self.declared.winners is not None
        refuse_missing(self)
        listed = self.declared.winners(problem, **self._values)
        return [self._signed(problem, outcome) for outcome in listed]

    def _evaluate_batch(self, profiles: object) -> Any:
        assert self.declared.many is not None
        refuse_missing(self)
        return self.declared.many(profiles, self.setting, **self._values)

    def _list_parts(self, problem: Problem) -> Any:
        assert self.declared.parts is not None
        refuse_missing(self)
        return self.declared.parts(problem, **self._values)

    def _with(self, parameters: Mapping[str, Any]) -> Self:
        return type(self)(self.function, self.declared, parameters)

    def _made_of(self) -> Any:
        return self.function

    def __reduce__(self) -> tuple[Any, ...]:
        # The decorated object is importable, and parameters are bound to it again.
        return _rebuild, (self.function.__module__, self.function.__qualname__, self._bound)


@functools.cache
def _signature(
    function: Callable[..., Any],
) -> tuple[Mapping[str, inspect.Parameter], frozenset[str]]:
    """The parameters that can be bound, and what the function asks for beside them."""
    listed = list(inspect.signature(function).parameters.values())[1:]
    extra = frozenset(p.name for p in listed if p.name in ("rng", "setting"))
    accepts = {p.name: p for p in listed if p.name not in extra}
    for p in accepts.values():
        if p.kind is not p.KEYWORD_ONLY:
            raise InvalidInputError("parameters", "be keyword-only", p.name, owner=str(function))
    own = inspect.Parameter("setting", inspect.Parameter.KEYWORD_ONLY, default=None)
    return FrozenMap({**accepts, "setting": own}), extra


def _other_setting(declared: Declared, bound: Mapping[str, Any]) -> Setting:
    """The setting of a mechanism: the declared one, or one of its kind that was bound."""
    assert declared.setting is not None
    given = bound.get("setting")
    check_setting(given, declared.setting, declared.id)
    return declared.setting if given is None else given


def _kept_claims(rule: Mechanism[Any], declared: Declared) -> Mapping[str, Theorem]:
    """The theorems that speak about a rule with these parameters in this setting."""
    if not declared.claims or rule.varied:
        # A theorem about the default rule says nothing about a variant of it.
        return FrozenMap()
    same = declared.setting is not None and rule.setting.key == declared.setting.key
    return FrozenMap((k, t) for k, t in declared.claims.items() if same or t.settings)


def _rebuild(module: str, name: str, bound: Mapping[str, Any]) -> Mechanism[Any]:
    found: Mechanism[Any] = getattr(importlib.import_module(module), name)
    return found(**bound) if bound else found


class _Decorator(Protocol):
    """What :func:`mechanism` returns."""

    @overload
    def __call__(self, rule: type[M], /) -> M: ...

    @overload
    def __call__(self, rule: Callable[..., R], /) -> RegisteredMechanism[R]: ...

    @overload
    def __call__(self, rule: Callable[..., Any], /) -> RegisteredMechanism[Outcome]: ...


def mechanism(
    id: str,
    *,
    setting: Setting | None = None,
    reference: Reference | None = None,
    claims: Mapping[str, Theorem] | None = None,
    anonymous: bool | None = None,
    winners: Callable[..., Sequence[Outcome]] | None = None,
    many: Callable[..., Any] | None = None,
    parts: Callable[..., Any] | None = None,
    reader: Callable[..., Problem] | None = None,
    takes: tuple[str, ...] = (),
    depends_on: str = "",
) -> _Decorator:
    """Make a function or a class into a mechanism and register it.

    The decorated object *is* the mechanism.  A function takes a problem and keyword parameters, and
    returns a choice, an :class:`Outcome` or a :class:`Lottery`; where it has parameters ``setting``
    or ``rng`` it is told the setting in force and the source of random numbers.  Parameters are
    checked against their annotations when they are bound, see :func:`checked`.  A class is a
    :class:`Mechanism` whose constructor takes keyword parameters; since type checkers do not
    follow decorators of classes, write ``median = mechanism("facility.median")(Median)``.

    Parameters
    ----------
    id : str
        ``family.name``.
    setting : Setting, optional
        Where it works by default; a class may have its own.
    reference : Reference, optional
        The source.
    claims : mapping of str to Theorem, optional
        Axioms that are proved in the literature for the default parameters.
    anonymous : bool
        Whether the names of agents cannot matter, by construction.
    winners : callable, optional
        ``winners(problem, **parameters)``: all outcomes that tie.
    many : callable, optional
        ``many(profiles, setting, **parameters)``: the choices of a batch, see
        :class:`EvaluatesMany`.
    parts : callable, optional
        ``parts(problem, **parameters)``: what each agent adds to each score, see
        :class:`AddsUp`.
    reader : callable, optional
        Reads plain data where the family takes more than the setting does.
    takes : tuple of str
        Parameters that say how to compute, not what to choose, such as ``time_limit``: they do not
        belong to the name of the rule.
    depends_on : str
        What of the reports decides, in the words of the setting: a setting that knows where that
        changes lists deviations, or larger problems, that are all that matter.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from mechdesign import facility
    >>> @mechanism("examples.leftmost", setting=facility.line(), anonymous=True)
    ... def leftmost(problem, *, shift=0):
    ...     \"\"\"The leftmost report, or a little to the right of it.\"\"\"
    ...     return min(problem.types) + shift
    >>> leftmost([1, Fraction(1, 4)]).choice
    Fraction(1, 4)
    >>> leftmost(shift=Fraction(1, 4))
    <examples.leftmost(shift=1/4)>
    """
    declared = Declared(
        id,
        setting,
        reference,
        FrozenMap(claims or {}),
        anonymous,
        winners,
        many,
        parts,
        reader,
        takes,
        depends_on,
    )

    words = id.split(".") if isinstance(id, str) else []
    if len(words) != 2 or not all(map(str.isidentifier, words)):
        raise InvalidInputError("id", "be family.name, as in facility.average", id)
    if setting is not None and not isinstance(setting, Setting):
        raise InvalidInputError("setting", "be a Setting, as facility.line()", setting, owner=id)
    if reference is not None and not isinstance(reference, Reference):
        raise InvalidInputError("reference", "be a Reference", reference, owner=id)
    for axiom, theorem in declared.claims.items():
        if not isinstance(theorem, Theorem):
            raise InvalidInputError(f"claims[{axiom!r}]", "be a Theorem", theorem, owner=id)

    def decorate(rule: Any) -> Any:
        code = getattr(rule, "__code__", None)
        if code is not None and not code.co_argcount and not code.co_flags & inspect.CO_VARARGS:
            raise InvalidInputError("mechanism", "take a problem", rule, owner=id)
        made = _of_class(rule, declared) if isinstance(rule, type) else None
        return register(made or RegisteredMechanism(rule, declared))

    decorator: Any = decorate
    return decorator  # type: ignore[no-any-return]


def _of_class(made: type[Mechanism[Any]], declared: Declared) -> Mechanism[Any]:
    """The mechanism of a class, as it is without parameters."""
    if not issubclass(made, Mechanism):
        raise InvalidInputError("mechanism", "be a function or a class of mechanisms", made)
    made.id = declared.id
    for key in ("setting", "reference", "anonymous"):
        if getattr(declared, key) is not None:
            setattr(made, key, getattr(declared, key))
    if declared.claims:
        made.claims = declared.claims
    if made.__init__ is not object.__init__:
        listed = list(inspect.signature(made.__init__).parameters.values())[1:]
        made._accepts = FrozenMap((p.name, p) for p in listed)
    return construct(made, FrozenMap())
