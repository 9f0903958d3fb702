"""Names of mechanisms as the parameters of an experiment give them: one or several."""

from __future__ import annotations

from collections.abc import Sequence

from mechdesign.errors import InvalidInputError

__all__ = ["several"]


def several(names: str | Sequence[str], parameter: str, family: str) -> tuple[str, ...]:
    """Identifiers of mechanisms of a family, distinct; the family may be left out.

    Examples
    --------
    >>> several("median", "mechanisms", "facility")
    ('facility.median',)
    """
    given = (names,) if isinstance(names, str) else names
    listed = tuple(given) if isinstance(given, Sequence) else ()
    if not listed or not all(isinstance(name, str) for name in listed):
        raise InvalidInputError(parameter, "be one or several names", names)
    full = tuple(name if name.startswith(f"{family}.") else f"{family}.{name}" for name in listed)
    if len(set(full)) < len(full):
        raise InvalidInputError(parameter, "be distinct", names)
    return full
