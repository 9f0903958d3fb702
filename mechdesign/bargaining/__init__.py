"""Bargaining over packages within a budget: problems, classical solutions."""

from mechdesign.bargaining.data import Additive, Menu, Modules, Rubric
from mechdesign.bargaining.packages import Packages, packages
from mechdesign.bargaining.reading import menu, modules
from mechdesign.bargaining.rules import (
    egalitarian,
    equal_loss,
    kalai_smorodinsky,
    nash,
    utilitarian,
)
from mechdesign.bargaining.setting import NO_AGREEMENT, PackageChoice, package_choice

__all__ = [
    # problems
    "menu",
    "modules",
    "Menu",
    "Modules",
    "Additive",
    "Rubric",
    "Packages",
    "packages",
    "PackageChoice",
    "package_choice",
    "NO_AGREEMENT",
    # solutions on packages
    "utilitarian",
    "nash",
    "egalitarian",
    "kalai_smorodinsky",
    "equal_loss",
]
