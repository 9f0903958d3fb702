"""Identifiers of axioms are taken once."""

import pytest

from mechdesign import axioms
from mechdesign.errors import InvalidInputError


def axiom_named(identifier, text):
    class Own(axioms.Axiom):
        id = identifier
        title = statement = text

        def violations(self, ctx, problem):
            return iter(())

        def verify(self, mechanism, setting, witness):
            return None

    return Own


def test_an_axiom_does_not_replace_another_one():
    with pytest.raises(InvalidInputError, match="be new"):
        axioms.register_axiom(axiom_named("strategyproofness", "another"))
    assert axioms.get_axiom("strategyproofness").title == "Strategyproofness"


def test_a_cell_that_is_run_again_replaces_its_own():
    from mechdesign.axioms.question.registry import AXIOMS

    try:
        axioms.register_axiom(axiom_named("test_axiom_of_a_cell", "first"))
        axioms.register_axiom(axiom_named("test_axiom_of_a_cell", "second"))
        assert axioms.get_axiom("test_axiom_of_a_cell").title == "second"
    finally:
        AXIOMS.pop("test_axiom_of_a_cell", None)
