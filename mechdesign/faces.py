"""The face of a package: the public names that its star imports brought in."""

from __future__ import annotations

import sys
from types import ModuleType

__all__ = ["face"]


def face(name: str, *modules: str) -> None:
    """Make ``__all__`` and ``dir()`` of a package out of what its star imports brought in.

    A public name stands once, in the ``__all__`` of the file that defines it; rooms and packages
    import it with a star and end with ``face(__name__)``.

    Parameters
    ----------
    name : str
        The package, as in ``face(__name__)``.
    *modules : str
        Modules of the package that are public as such; all others stay out.

    Examples
    --------
    >>> from mechdesign import facility
    >>> "median" in dir(facility), "medians" in dir(facility)
    (True, False)
    """
    package = sys.modules[name]
    public = [
        key
        for key, value in vars(package).items()
        if not key.startswith("_") and not isinstance(value, ModuleType) and value is not face
    ]
    names = sorted([*public, *modules])
    setattr(package, "__all__", names)  # noqa: B010  (type checkers read the star imports)
    setattr(package, "__dir__", lambda: names)  # noqa: B010
