"""Every public name of a family and of the axioms is described; what is called has an example."""

import importlib
import inspect

import pytest

from mechdesign.family import families

PACKAGES = [one.name for one in families()] + ["axioms", "design"]
# Decorators are shown in the guide to contributing, verification in its own: whoever trusts the
# verifier reads its files line by line.
SHOWN_ELSEWHERE = {
    *(
        "axioms.certifies",
        "axioms.register_axiom",
        "axioms.verify_witness",
        "axioms.verify_verdict",
    ),
    *("axioms.verify_consistency", "axioms.verify_impossibility"),
}


def public(package):
    face = importlib.import_module(f"mechdesign.{package}")
    for name in face.__all__:
        one = getattr(face, name)
        if (
            callable(one)
            and not inspect.ismodule(one)
            and getattr(one, "__module__", "") != "typing"
        ):
            yield f"{package}.{name}", one


@pytest.mark.parametrize("package", PACKAGES)
def test_public_names_are_described(package):
    assert [name for name, one in public(package) if not inspect.getdoc(one)] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_what_is_called_has_an_example(package):
    without = {
        name
        for name, one in public(package)
        if not inspect.isclass(one) and ">>>" not in (inspect.getdoc(one) or "")
    }
    assert without - SHOWN_ELSEWHERE == set()
