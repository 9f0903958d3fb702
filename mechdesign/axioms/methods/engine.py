"""The engine: which method decides an axiom, and what its answer is worth.

The order of methods is: a parametric certificate, where the caller named no finite domain;
exhaustion, where the caller named one or the setting has only finitely many problems, and a
certificate for what exhaustion leaves open; a theorem that the mechanism claims, after a hunt for
its refutation on small domains; that hunt, and sampling, for everything else.  Exhausting a sample
of a continuum proves nothing about the continuum, so it yields HOLDS only for the sample that the
caller named.
"""

from __future__ import annotations

import logging
import time

from mechdesign.axioms.methods.answers import unknown
from mechdesign.axioms.methods.by_proof import decide_by_proof
from mechdesign.axioms.methods.everywhere import certified, decide_everywhere
from mechdesign.axioms.methods.finite import decide_domains, decide_problems
from mechdesign.axioms.question.lift import SET_LIFTS
from mechdesign.axioms.question.question import Question, asks
from mechdesign.axioms.question.verdict import Reason, Status, Verdict
from mechdesign.errors import InvalidInputError

__all__ = ["check"]

_LOG = logging.getLogger(__name__)


@asks
def check(question: Question) -> Verdict:
    """Check whether a mechanism satisfies an axiom, with evidence.

    Parameters
    ----------
    axiom : str or Axiom
        An identifier such as ``"strategyproofness"``.
    mechanism : mechanism, function or identifier
        What to check.  A function of one's own needs `setting`.
    setting : Setting or str, optional
        Where to check; by default the mechanism's own setting.
    agents : int or iterable of int, optional
        The numbers of agents.
    problem : Problem or plain data, optional
        Check at this problem only.
    preferences : str, optional
        The preference domain, where the setting has several (``"euclidean"``,
        ``"single_peaked"``).
    lift : str, optional
        How lotteries and sets of tied outcomes are compared: ``expectation`` (the default for
        lotteries), ``dominance``, ``pairwise``, ``ex_post``, ``optimist``, ``pessimist``.
    tolerance : float
        What a gap must exceed to count as a violation when the mechanism computes with floats.
    max_checks, time_limit : optional
        Elementary comparisons and seconds allowed.  A budget that runs out gives UNKNOWN.
    symmetry : bool
        Look at one profile of each class only, where the names of agents (and of alternatives)
        cannot matter: this package's mechanisms say so, a user's that says so is compared with
        itself on the whole domain first.
    trials : int
        Random problems to try where nothing better decides.
    rng : numpy.random.Generator or int
        For those.
    method : str
        ``"proof"`` asks for a proof on all real reports alone, with no bound on its paths but
        `max_checks` and `time_limit`: the mechanism's own code is run on symbolic reports.
    workers : int
        How many processes may work at the same time; the answer is the same for any number.
        ``joblib.parallel_config`` takes the work to a cluster.  A function that cannot be sent to
        another process is refused.
    progress : callable, optional
        Called now and then.
    prior : "uniform", mapping, sequence of mappings or function, optional
        For the axioms that expect what others report: the probability of each profile of the
        finite domain (a tuple of reports), or for each agent those of its reports.
    **scope : object
        The finite domain, in the words of the setting: ``grid=4``, ``alternatives=3``.

    Returns
    -------
    Verdict
        HOLDS or VIOLATED relative to its scope, or UNKNOWN with the reason.  A grid that was
        named is decided as named; without one, a continuous setting is decided by a certificate
        or a theorem or a counterexample, never by a grid.

    Raises
    ------
    InvalidInputError
        On an unknown axiom or a scope that the setting does not have.

    Notes
    -----
    Exhaustive strategyproofness of n agents with g reports each takes g^n evaluations and
    n g^(n+1) comparisons; they are array operations where the mechanism has ``evaluate_many``.

    Examples
    --------
    >>> from mechdesign import axioms, facility
    >>> verdict = axioms.check("strategyproofness", facility.average, agents=2, grid=4)
    >>> verdict.status, verdict.witness.gap
    (<Status.VIOLATED: 'VIOLATED'>, Fraction(1, 4))
    >>> verdict.witness.replay(facility.average)
    True
    """
    return decide(question)


def decide(question: Question) -> Verdict:
    """Answer a prepared question."""
    began = time.monotonic()
    verdict = _decided(question)
    _LOG.info(
        "%s of %s: %s (%s) after %.2f s",
        question.axiom.id,
        question.mechanism.name,
        verdict.status,
        verdict.evidence.kind,
        time.monotonic() - began,
    )
    return verdict


def _decided(question: Question) -> Verdict:
    reason = question.axiom.applies(question.setting)
    if reason:
        return unknown(question, "all problems", Reason.MISSING, reason)
    if question.lift in SET_LIFTS and not hasattr(question.mechanism, "winners"):
        reason = f"{question.mechanism.name} does not show the outcomes that tie"
        return unknown(question, "all problems", Reason.MISSING, reason)
    if question.method == "proof":
        if question.problems or question.domains:
            raise InvalidInputError("method", "be left out where a finite domain is named", "proof")
        return decide_by_proof(question)
    if not question.problems and not question.domains:
        return decide_everywhere(question)
    verdict = decide_problems(question) if question.problems else decide_domains(question)
    open_case = verdict.status is Status.UNKNOWN and verdict.evidence.kind is Reason.MISSING
    bases = (*question.problems, *(domain.base for domain in question.domains))
    if open_case and verdict.exact and not any(problem.weights for problem in bases):
        # What cannot be tried may still be proved: for all problems, and so for these.
        proof = certified(question)
        if proof is not None and proof.status is Status.HOLDS:
            return proof
    return verdict
