"""The mechanism: a callable from problems to outcomes, with what is known about it."""

from __future__ import annotations

import functools
import importlib
import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, ParamSpec, Protocol, TypeAlias, TypeVar, runtime_checkable

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.model.frozen import FrozenMap
from mechdesign.model.lottery import Lottery
from mechdesign.model.outcome import Outcome
from mechdesign.model.problem import Problem
from mechdesign.model.reference import Reference, Theorem
from mechdesign.model.registry import get, register
from mechdesign.model.setting import Setting

__all__ = [
    "EvaluatesMany",
    "FunctionMechanism",
    "Mechanism",
    "MechanismLike",
    "Result",
    "ShowsWinners",
    "as_mechanism",
    "mechanism",
    "generator",
]

#: What a mechanism returns.
Result: TypeAlias = Outcome | Lottery
#: What every function that wants a mechanism accepts: see :func:`as_mechanism`.
MechanismLike: TypeAlias = "Mechanism | Callable[..., Any] | str"

P = ParamSpec("P")
R = TypeVar("R")


class Mechanism(ABC):
    """A rule that chooses an outcome or a lottery for every problem of its setting.

    Subclasses implement :meth:`solve`; calling the mechanism on plain data reads the data through
    the setting first.
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

    @property
    def name(self) -> str:
        """Name to show: the identifier with its parameters."""
        shown = ", ".join(f"{key}={value}" for key, value in self.parameters.items())
        return f"{self.id}({shown})" if shown else self.id

    @property
    def family(self) -> str:
        """The family it belongs to."""
        return self.id.split(".")[0]

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The parameters that were set."""
        return FrozenMap()

    @abstractmethod
    def solve(self, problem: Problem, *, rng: Any = None) -> Result:
        """The outcome or lottery for a problem of the mechanism's setting."""

    def __call__(self, data: Any, *, rng: Any = None, **options: Any) -> Result:
        """The outcome or lottery for plain data or a problem.

        Parameters
        ----------
        data : object
            A :class:`Problem`, or whatever the setting reads.
        rng : numpy.random.Generator or int, optional
            For mechanisms that draw random numbers.
        **options
            Passed on to the setting's reader.
        """
        problem = data if isinstance(data, Problem) else self.setting.problem(data, **options)
        return self.solve(problem, rng=rng)

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


class RegisteredMechanism(Mechanism):
    """A mechanism whose code is a plain function; made by :func:`mechanism`."""

    def __init__(
        self,
        function: Callable[..., Result],
        *,
        id: str,
        setting: Setting,
        reference: Reference | None,
        claims: Mapping[str, Theorem],
        anonymous: bool,
        winners: Callable[..., Sequence[Outcome]] | None,
        options: Mapping[str, Any] = FrozenMap(),
    ) -> None:
        self.function = function
        self.id = id
        self.setting = setting
        self.reference = reference
        self.claims = claims
        self.anonymous = anonymous
        self._winners = winners
        self._options = FrozenMap(options)
        if winners is not None:
            # Set on the instance, so that the ShowsWinners protocol tells the two kinds apart.
            self.winners = functools.partial(winners, **self._options)
        self.__doc__ = function.__doc__

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The keyword arguments that were bound."""
        return self._options

    def solve(self, problem: Problem, *, rng: Any = None) -> Result:
        """Call the function on a problem."""
        extra = {"rng": rng} if self._takes_rng else {}
        return self.function(problem, **self._options, **extra)

    def __call__(self, data: Any, *, rng: Any = None, **options: Any) -> Result:
        """Call the function on plain data; it reads them itself."""
        extra = {"rng": rng} if self._takes_rng else {}
        return self.function(data, **{**self._options, **extra, **options})

    @functools.cached_property
    def _takes_rng(self) -> bool:
        return "rng" in inspect.signature(self.function).parameters

    def with_options(self, **options: Any) -> RegisteredMechanism:
        """The same mechanism with some keyword arguments bound."""
        unknown = sorted(set(options) - set(inspect.signature(self.function).parameters))
        if unknown:
            raise InvalidInputError("options", f"be arguments of {self.id}", unknown)
        # A theorem about the default rule says nothing about a variant of it.
        return RegisteredMechanism(
            self.function,
            id=self.id,
            setting=self.setting,
            reference=self.reference,
            claims=FrozenMap(),
            anonymous=self.anonymous,
            winners=self._winners,
            options={**self._options, **options},
        )

    def __reduce__(self) -> tuple[Any, ...]:
        # The decorated function is importable, its bookkeeping hangs on it.
        return _rebuild, (self.function.__module__, self.function.__qualname__, self._options)


def _rebuild(module: str, name: str, options: Mapping[str, Any]) -> RegisteredMechanism:
    found: RegisteredMechanism = getattr(importlib.import_module(module), name).mechanism
    return found.with_options(**options) if options else found


class FunctionMechanism(Mechanism):
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

    def solve(self, problem: Problem, *, rng: Any = None) -> Result:
        """Call the function on the plain form of the problem and wrap what it returns."""
        raw = self.function(self.setting.plain(problem))
        if isinstance(raw, Lottery):
            return raw
        if isinstance(raw, Outcome):
            if raw.setting is not None:
                return raw
            return Outcome(
                raw.choice,
                raw.payments,
                raw.cost,
                raw.details,
                raw.provenance,
                problem=problem,
                setting=self.setting,
            )
        return self.setting.outcome(problem, raw)

    def __reduce__(self) -> tuple[Any, ...]:
        return FunctionMechanism, (self.function, self.setting, self.id)


def mechanism(
    id: str,
    *,
    setting: Setting,
    reference: Reference | None = None,
    claims: Mapping[str, Theorem] | None = None,
    anonymous: bool = False,
    winners: Callable[..., Sequence[Outcome]] | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register a function ``f(data, **options) -> Outcome | Lottery`` as a mechanism.

    The function stays a plain function; its mechanism is the attribute ``mechanism``, which every
    function of the package that wants a mechanism looks for.

    Parameters
    ----------
    id : str
        ``family.name``.
    setting : Setting
        Where it works by default.
    reference : Reference, optional
        The source.
    claims : mapping of str to Theorem, optional
        Axioms that are proved in the literature for the default options.
    anonymous : bool
        Whether the names of agents cannot matter, by construction.
    winners : callable, optional
        ``winners(problem, **options)``: all outcomes that tie.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        wrapped = RegisteredMechanism(
            function,  # type: ignore[arg-type]
            id=id,
            setting=setting,
            reference=reference,
            claims=FrozenMap(claims or {}),
            anonymous=anonymous,
            winners=winners,
        )
        function.mechanism = wrapped  # type: ignore[attr-defined]

        def make(**options: Any) -> RegisteredMechanism:
            return wrapped.with_options(**options) if options else wrapped

        register(id, make, function.__doc__)
        return function

    return decorate


def as_mechanism(rule: MechanismLike, setting: Setting | None = None) -> Mechanism:
    """Take a mechanism in any of the forms in which users have one.

    Parameters
    ----------
    rule : Mechanism, callable or str
        A mechanism; a registered function such as ``aggregation.borda``, or a
        :func:`functools.partial` of one; an identifier such as ``"aggregation.borda"``; or any
        function, which then needs `setting`.
    setting : Setting, optional
        The setting of a function that is not registered.

    Raises
    ------
    InvalidInputError
        If `rule` is none of these.

    Examples
    --------
    >>> from mechdesign import facility
    >>> as_mechanism(min, facility.line())
    <min>
    """
    if isinstance(rule, Mechanism):
        return rule
    if isinstance(rule, str):
        return get(rule)
    if isinstance(rule, functools.partial) and not rule.args:
        inner = getattr(rule.func, "mechanism", None)
        if isinstance(inner, RegisteredMechanism) and inner.function is rule.func:
            return inner.with_options(**rule.keywords)
    known = getattr(rule, "mechanism", None)
    # A wrapper made with functools.wraps has the attribute too, and may choose otherwise.
    wrapper = isinstance(known, RegisteredMechanism) and known.function is not rule
    if isinstance(known, Mechanism) and not wrapper:
        return known
    factory = getattr(rule, "factory_of", None)
    if factory is not None:
        raise InvalidInputError(
            "mechanism", f"be a mechanism: call the factory, as in {factory}()", rule
        )
    if not callable(rule):
        raise InvalidInputError("mechanism", "be a mechanism, a function or an identifier", rule)
    if setting is None:
        raise InvalidInputError(
            "setting",
            "be given for a function of one's own, as in setting=facility.line(0, 1)",
            setting,
        )
    return FunctionMechanism(rule, setting)


def generator(rng: Any) -> np.random.Generator:
    """The generator behind ``rng=``: a Generator as it is, anything else as a seed.

    Raises
    ------
    InvalidInputError
        If `rng` is neither.
    """
    try:
        return np.random.default_rng(rng)
    except (TypeError, ValueError):
        raise InvalidInputError("rng", "be a numpy Generator or a seed", rng) from None
