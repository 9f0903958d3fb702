"""The suite that every axiom is put through: one mechanism breaks it, one keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from mechdesign import axioms
from mechdesign.axioms import Axiom, Verdict, Witness
from mechdesign.model import MechanismLike, as_mechanism

__all__ = ["AxiomConformance"]


class AxiomConformance:
    """Tests that any axiom checker must pass; subclass it and set the attributes.

    A checker that cannot fail proves nothing, so a mechanism that violates the axiom is demanded
    beside one that satisfies it.

    Attributes
    ----------
    axiom : str or Axiom
        The axiom under test.
    violator, satisfier : mechanism, function or identifier
        One that breaks it and one that keeps it.
    scope : mapping
        The scope of both, in the words of :func:`mechdesign.axioms.check`.

    Examples
    --------
    >>> from mechdesign import facility
    >>> class TestStrategyproofness(AxiomConformance):
    ...     axiom = "strategyproofness"
    ...     violator = facility.average
    ...     satisfier = facility.median
    ...     scope = {"agents": 2, "grid": 4}
    """

    axiom: ClassVar[str | Axiom]
    violator: ClassVar[MechanismLike]
    satisfier: ClassVar[MechanismLike]
    scope: ClassVar[Mapping[str, Any]]
    #: Where the two need different scopes.
    violator_scope: ClassVar[Mapping[str, Any] | None] = None
    satisfier_scope: ClassVar[Mapping[str, Any] | None] = None

    def violated(self, **options: Any) -> Verdict:
        """The verdict on the violator."""
        cls = type(self)
        scope = {**(self.violator_scope or self.scope), **options}
        return axioms.check(self.axiom, cls.violator, **scope)

    def satisfied(self, **options: Any) -> Verdict:
        """The verdict on the satisfier."""
        cls = type(self)
        scope = {**(self.satisfier_scope or self.scope), **options}
        return axioms.check(self.axiom, cls.satisfier, **scope)

    def witness(self) -> Witness:
        """The counterexample to the violator."""
        found = self.violated().witness
        assert found is not None
        return found

    # ------------------------------------------------------------------------ the suite

    def test_refutes_the_violator(self) -> None:
        """The violator is VIOLATED, with a witness of positive gap."""
        verdict = self.violated()
        assert verdict.violated, verdict
        assert self.witness().gap > 0

    def test_passes_the_satisfier(self) -> None:
        """The satisfier HOLDS, and not vacuously."""
        verdict = self.satisfied()
        assert verdict.holds, verdict

    def test_witness_replays(self) -> None:
        """The witness stands when it is re-evaluated from the definition, with the same gap."""
        cls = type(self)
        witness = self.witness()
        assert witness.replay(cls.violator)
        rule = as_mechanism(cls.violator, witness.setting)
        gap = axioms.get_axiom(self.axiom).verify(rule, witness.setting, witness)
        assert gap is not None
        assert gap == witness.gap or abs(float(gap) - float(witness.gap)) <= witness.tolerance

    def test_witness_survives_json(self) -> None:
        """The witness is read back equal and replays again."""
        cls = type(self)
        witness = self.witness()
        again = Witness.from_dict(witness.to_dict())
        assert again == witness
        assert again.replay(cls.violator)

    def test_witness_does_not_refute_the_satisfier(self) -> None:
        """The same witness does not count against the mechanism that keeps the axiom."""
        cls = type(self)
        assert not self.witness().replay(cls.satisfier)

    def test_witness_is_told_in_words(self) -> None:
        """The explanation names the profile."""
        witness = self.witness()
        assert witness.profile() in witness.explain()

    def test_worst_case_agrees(self) -> None:
        """The largest gap is positive for the violator and at least that of the witness."""
        cls = type(self)
        worst = axioms.worst(self.axiom, cls.violator, **(self.violator_scope or self.scope))
        assert worst.value >= self.witness().gap > 0
        calm = axioms.worst(self.axiom, cls.satisfier, **(self.satisfier_scope or self.scope))
        assert calm.value == 0
        assert calm.witness is None

    def test_spent_budget_is_unknown(self) -> None:
        """A budget that does not suffice never ends in HOLDS."""
        verdict = self.satisfied(max_checks=1)
        assert not verdict.holds
        assert not verdict.violated
