"""The mechanism: a callable from problems to outcomes, with what is known about it."""

from __future__ import annotations

import functools
import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Generic,
    Protocol,
    Self,
    TypeAlias,
    overload,
    runtime_checkable,
)

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.model.frozen import FrozenMap
from mechdesign.model.lottery import Lottery
from mechdesign.model.numbers import Seed
from mechdesign.model.outcome import Outcome
from mechdesign.model.problem import Problem
from mechdesign.model.reference import Reference, Theorem
from mechdesign.model.registry import as_setting, checked, get, is_of_module, of_module, written
from mechdesign.model.setting import Setting
from mechdesign.records import Guarded

if TYPE_CHECKING:
    from typing_extensions import TypeVar
else:
    from typing import TypeVar as _TypeVar

    def TypeVar(name: str, *, default: object = None, **options: object) -> Any:  # noqa: N802
        """A type variable; defaults are for type checkers only."""
        return _TypeVar(name, **options)


__all__ = [
    "AddsUp",
    "EvaluatesMany",
    "FunctionMechanism",
    "Mechanism",
    "MechanismLike",
    "Result",
    "ShowsWinners",
    "as_mechanism",
]

#: What a mechanism returns.
Result: TypeAlias = Outcome | Lottery
#: What every function that wants a mechanism accepts: see :func:`as_mechanism`.
MechanismLike: TypeAlias = "Mechanism[Any] | Callable[..., Any] | str"

R = TypeVar("R", bound=Result, default=Result, covariant=True)
M = TypeVar("M", bound="Mechanism[Any]")

_NOTHING: Any = object()


class Mechanism(Guarded, ABC, Generic[R]):
    """A rule that chooses an outcome or a lottery for every problem of its setting.

    Called with data it reads them through its setting and solves; keywords beside the data are
    parameters of the rule or options of the setting's reader.  Called with keywords only it binds
    parameters: the result is a mechanism again.  Subclasses implement :meth:`solve`.

    Examples
    --------
    >>> from mechdesign import facility
    >>> facility.median([0, 0.25, 0.5, 1]).choice
    0.25
    >>> upper = facility.median(side="upper")
    >>> upper
    <facility.median(side=upper)>
    >>> upper([0, 0.25, 0.5, 1]).choice
    0.5
    """

    #: Identifier such as ``facility.average``.
    id: str
    #: The setting it works in unless another is named.
    setting: Setting
    reference: Reference | None = None
    #: Published results: axiom id to theorem.
    claims: Mapping[str, Theorem] = FrozenMap()
    #: Whether the names of agents cannot matter, by construction.
    anonymous: bool = False
    #: Whether :meth:`solve` draws random numbers and takes ``rng``.
    randomised: ClassVar[bool] = False

    #: Parameters that say how to compute, not what to choose: no part of the name.
    takes: tuple[str, ...] = ()
    #: What of the reports decides, in the words of the setting; empty where that is not known.
    depends_on: str = ""
    #: The parameters that were bound; None where the mechanism was not made by :func:`mechanism`.
    _bound: Mapping[str, Any] | None = None
    #: What can be bound.
    _accepts: Mapping[str, inspect.Parameter] = FrozenMap()

    @property
    def name(self) -> str:
        """Name to show: the identifier with its parameters."""
        shown = ", ".join(f"{key}={written(value)}" for key, value in self.parameters.items())
        return f"{self.id}({shown})" if shown else self.id

    @property
    def family(self) -> str:
        """The family it belongs to."""
        return self.id.split(".")[0]

    @property
    def summary(self) -> str:
        """What it does, in one line."""
        return inspect.cleandoc(self.__doc__ or "").split("\n")[0]

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The parameters that were bound."""
        hidden = ("setting", *self.takes)
        return FrozenMap((k, v) for k, v in (self._bound or {}).items() if k not in hidden)

    @property
    def varied(self) -> bool:
        """Whether a parameter that has a default was bound to another value."""
        defaults = {k: p.default for k, p in self._accepts.items() if p.default is not p.empty}
        bound = {k: v for k, v in (self._bound or {}).items() if k != "setting"}
        return any(k in defaults and not _alike(v, defaults[k]) for k, v in bound.items())

    @abstractmethod
    def solve(self, problem: Problem, *, rng: Seed = None) -> R:
        """The outcome or lottery for a problem of the mechanism's setting."""

    @overload
    def __call__(self, data: Any, /, *, rng: Seed = None, **keywords: Any) -> R: ...

    @overload
    def __call__(self, /, **parameters: Any) -> Self: ...

    def __call__(self, data: Any = _NOTHING, /, *more: Any, **keywords: Any) -> Any:
        """Solve for data, or bind parameters.

        Parameters
        ----------
        data : object, optional
            A :class:`Problem`, or whatever the setting reads.
        rng : numpy.random.Generator or int, optional
            Beside data, for mechanisms that draw random numbers.
        **keywords
            Parameters of the rule; beside data also options of the setting's reader.

        Raises
        ------
        InvalidInputError
            If there is no such parameter, a parameter is bound twice or given without its name, or
            nothing is given at all.
        """
        if data is _NOTHING:
            return self._bind(keywords)
        self._refuse_nameless(more)
        rng = keywords.pop("rng", None)
        rule, options = self, keywords
        bound = {key: value for key, value in keywords.items() if key in self._accepts}
        if bound:
            rule = self._bind(bound)
            options = {key: value for key, value in keywords.items() if key not in bound}
        return rule.solve(rule.read(data, **options), rng=rng)

    def _refuse_nameless(self, more: tuple[Any, ...]) -> None:
        if more:
            known = [name for name in self._accepts if name != "setting"]
            hint = f", as in {known[0]}=..." if known else ""
            raise InvalidInputError(
                "arguments", f"have their names, all but the data{hint}", more[0], owner=self.id
            )

    def read(self, data: Any, **options: Any) -> Problem:
        """Plain data as a problem of the setting; a problem as it is.

        Raises
        ------
        InvalidInputError
            If the data are not valid, or an option is neither a parameter of the mechanism nor
            one of the reader.
        """
        if not isinstance(data, Problem):
            try:
                return self._reader()(data, **options)
            except InvalidInputError as error:
                if error.parameter != "options" or not options:
                    raise
                near = "".join(self._near(key) for key in options)
                raise InvalidInputError(
                    "options", f"{error.constraint}{near}", error.value, owner=self.id
                ) from None
        if options:
            told = "be left out beside a Problem"
            raise InvalidInputError("options", told, sorted(options), owner=self.id)
        self.setting.check(data)
        return data

    def _reader(self) -> Callable[..., Problem]:
        """What reads plain data."""
        return self.setting.problem

    def _near(self, key: str) -> str:
        import difflib

        close = difflib.get_close_matches(key, [*self._accepts], n=1, cutoff=0.6)
        return f"; did you mean {close[0]}?" if close else ""

    def _bind(self, parameters: Mapping[str, Any]) -> Self:
        """The mechanism with some more parameters bound."""
        known = ", ".join(self._accepts) or "none"
        if not parameters:
            how = next((f" or parameters, as in {self.id}({key}=...)" for key in self._accepts), "")
            raise InvalidInputError(
                "data", f"be given, as in {self.id}(data){how}", None, owner=self.id
            )
        unknown = [key for key in parameters if key not in self._accepts]
        if unknown:
            near = "".join(map(self._near, unknown))
            raise InvalidInputError(
                "parameters", f"be parameters of {self.id}: {known}{near}", unknown
            )
        before = self._bound or {}
        again = sorted(set(parameters) & set(before))
        if again:
            raise InvalidInputError(
                "parameters", f"be bound once, and {self.name} has them", again, owner=self.id
            )
        return self._with(FrozenMap({**before, **parameters}))

    def _with(self, parameters: Mapping[str, Any]) -> Self:
        """The same rule with exactly these parameters."""
        return construct(type(self), parameters)

    @property
    def _missing(self) -> list[str]:
        """Required parameters that are not bound."""
        bound = self._bound or {}
        return [k for k, p in self._accepts.items() if p.default is p.empty and k not in bound]

    def _filled(self) -> dict[str, Any]:
        """All parameters with their values, but for the setting."""
        values = {k: p.default for k, p in self._accepts.items() if p.default is not p.empty}
        return {k: v for k, v in {**values, **(self._bound or {})}.items() if k != "setting"}

    def wrap(self, problem: Problem, found: Any) -> R:
        """What the rule found, as an outcome or lottery that says where it comes from.

        Parameters
        ----------
        problem : Problem
            What was solved.
        found : object
            A choice, an :class:`Outcome` or a :class:`Lottery`; what they say of their origin
            themselves is kept.
        """
        made: Any
        if isinstance(found, Lottery):
            made = Lottery((p, self._signed(problem, outcome)) for p, outcome in found)
            return made  # type: ignore[no-any-return]
        if not isinstance(found, Outcome):
            plain = self.setting.outcome(problem, found)
            found = plain.with_provenance(exact=not _has_floats(plain.choice))
        made = self._signed(problem, found)
        return made  # type: ignore[no-any-return]

    def _signed(self, problem: Problem, outcome: Outcome) -> Outcome:
        return outcome.signed(self.name, self.reference, problem, self.setting)

    def _made_of(self) -> Any:
        """What tells the rule apart from others, before its parameters."""
        return type(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mechanism) or self._bound is None or other._bound is None:
            return self is other
        return self is other or (
            type(self) is type(other)
            and self._made_of() == other._made_of()
            and self.setting == other.setting
            and _alike(self._filled(), other._filled())
        )

    def __hash__(self) -> int:
        return object.__hash__(self) if self._bound is None else hash(self._made_of())

    def __repr__(self) -> str:
        return f"<{self.name}>"


@runtime_checkable
class EvaluatesMany(Protocol):
    """The mechanism evaluates a batch of profiles at once."""

    def evaluate_many(self, profiles: Any) -> Any:
        """The choices for a batch of profiles.

        Parameters
        ----------
        profiles : RationalArray or numpy.ndarray, shape (batch, agents)
            Exact reports over a common denominator, or floats.

        Returns
        -------
        RationalArray or numpy.ndarray, shape (batch,) or (batch, ...)
            The choices, of the kind of the input; equal to what single calls choose.
        """
        ...


@runtime_checkable
class ShowsWinners(Protocol):
    """The mechanism can show all outcomes that tie, before it breaks the tie."""

    def winners(self, problem: Problem) -> Sequence[Outcome]:
        """All outcomes that are best by the rule itself."""
        ...


@runtime_checkable
class AddsUp(Protocol):
    """The mechanism compares sums, weighted by the agents, of what each agent gives."""

    def parts(self, problem: Problem) -> Any:
        """A row for each agent: what it adds to each score at weight 1; None where scores lack."""
        ...


def refuse_missing(rule: Mechanism[Any]) -> None:
    if rule._missing:
        shown = ", ".join(f"{key}=..." for key in rule._missing)
        raise InvalidInputError(
            rule._missing[0], f"be given, as in {rule.id}({shown})", None, owner=rule.id
        )


def _has_floats(choice: object) -> bool:
    if isinstance(choice, Mapping):
        return any(map(_has_floats, choice.values()))
    if isinstance(choice, (tuple, frozenset)):
        return any(map(_has_floats, choice))
    return isinstance(choice, float)


def _alike(one: Any, two: Any) -> bool:
    """Whether two parameters are equal; arrays entry by entry."""
    if isinstance(one, Mapping) and isinstance(two, Mapping):
        return one.keys() == two.keys() and all(_alike(one[key], two[key]) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(two, (list, tuple)):
        return len(one) == len(two) and all(map(_alike, one, two))
    if hasattr(one, "__array__") or hasattr(two, "__array__"):
        return bool(np.array_equal(one, two))
    return bool(one == two)


def check_setting(given: object, usual: object, owner: str) -> None:
    """Refuse a setting of another kind than the usual one of a rule."""
    if given is None or not isinstance(usual, Setting):
        return
    if not isinstance(given, Setting) or given.id != usual.id:
        kind = f"be a {type(usual).__name__}, that is {usual.id}"
        raise InvalidInputError("setting", kind, given, owner=owner)


def construct(made: type[M], parameters: Mapping[str, Any]) -> M:
    """A mechanism of a decorated class."""
    values = checked(made.__init__, parameters, made.id)
    check_setting(parameters.get("setting"), getattr(made, "setting", None), made.id)
    required = (k for k, p in made._accepts.items() if p.default is p.empty)
    if any(key not in parameters for key in required):
        incomplete: Any = IncompleteMechanism(made, parameters)
        return incomplete  # type: ignore[no-any-return]
    rule = made(**values)
    rule._bound = parameters
    if rule.varied and "claims" not in vars(rule):
        # A theorem about the default rule says nothing about a variant of it.
        rule.claims = FrozenMap()
    return rule


class IncompleteMechanism(Mechanism[R]):
    """A class of mechanisms that has parameters which must be given; made by :func:`mechanism`."""

    def __init__(self, made: type[Mechanism[R]], bound: Mapping[str, Any] = FrozenMap()) -> None:
        self.made = made
        self.id, self.setting = made.id, made.setting
        self.reference, self.anonymous = made.reference, made.anonymous
        self._bound = bound
        self.__doc__ = made.__doc__

    @property
    def _accepts(self) -> Mapping[str, inspect.Parameter]:  # type: ignore[override]
        return self.made._accepts

    def solve(self, problem: Problem, *, rng: Seed = None) -> R:
        refuse_missing(self)
        raise AssertionError("a mechanism without missing parameters is made")

    def _with(self, parameters: Mapping[str, Any]) -> Any:
        return construct(self.made, parameters)

    def _made_of(self) -> Any:
        return self.made


class FunctionMechanism(Mechanism[Result]):
    """A user's own function, as it is.

    The function receives what :meth:`Setting.plain` makes of the problem (a list of reports, a
    fresh copy at each call) and returns a choice, an :class:`Outcome` or a :class:`Lottery`.

    Parameters
    ----------
    function : callable
        The rule.
    setting : Setting
        Where it works.
    name : str, optional
        Name to show; by default that of the function.
    """

    def __init__(
        self, function: Callable[..., Any], setting: Setting, name: str | None = None
    ) -> None:
        self.function = function
        self.setting = setting
        label = str(name or getattr(function, "__name__", type(function).__name__))
        self.id = "lambda" if label == "<lambda>" else label

    def solve(self, problem: Problem, *, rng: Seed = None) -> Result:
        raw = self.function(self.setting.plain(problem))
        if isinstance(raw, Lottery):
            return raw
        if isinstance(raw, Outcome):
            if raw.setting is not None:
                return raw
            return replace(raw, problem=problem, setting=self.setting)
        return self.setting.outcome(problem, raw)

    def __reduce__(self) -> tuple[Any, ...]:
        return FunctionMechanism, (self.function, self.setting, self.id)


def as_mechanism(rule: MechanismLike, setting: Setting | str | None = None) -> Mechanism[Any]:
    """Take a mechanism in any of the forms in which users have one.

    Parameters
    ----------
    rule : Mechanism, callable or str
        A mechanism; its name, such as ``"aggregation.borda"`` or ``"facility.quantile(q=1/3)"``;
        any function, which then needs `setting`; or ``"package.module:function"``.
    setting : Setting or str, optional
        The setting of a function, or its name (:func:`as_setting`).

    Raises
    ------
    InvalidInputError
        If `rule` is none of these.

    Examples
    --------
    >>> as_mechanism(min, "facility.line")
    <min>
    """
    if isinstance(rule, Mechanism):
        return rule
    if isinstance(rule, str):
        found = get(rule) if not is_of_module(rule) else of_module(rule)
        return found if isinstance(found, Mechanism) else _of_function(found, setting, rule)
    if isinstance(rule, type) and issubclass(rule, Mechanism):
        raise InvalidInputError("mechanism", "be an instance of its class", rule)
    if isinstance(rule, functools.partial) and isinstance(rule.func, Mechanism):
        bound = ", ".join(f"{key}=..." for key in rule.keywords)
        told = f"bind its parameters by a call, as in {rule.func.id}({bound})"
        raise InvalidInputError("mechanism", told, rule)
    if not callable(rule):
        raise InvalidInputError("mechanism", "be a mechanism, a function or an identifier", rule)
    return _of_function(rule, setting)


def _of_function(rule: Any, setting: object, name: str | None = None) -> FunctionMechanism:
    if setting is None:
        told = "be given for a function of one's own, as in setting=facility.line(0, 1)"
        raise InvalidInputError("setting", told, setting)
    return FunctionMechanism(rule, as_setting(setting), name)
