"""Published tables of benchmark results and counts, shipped as facts with their source."""

from __future__ import annotations

from mechdesign.aggregation import Profile, ScoreTable, score_table

__all__ = ["alaska_2022", "bert_glue", "roberta_glue"]

_ROBERTA_TASKS = "MNLI-m MNLI-mm QNLI QQP RTE SST-2 MRPC CoLA STS-B WNLI"
_ROBERTA = """
ALICE | 88.2 87.9 95.7 90.7 83.5 95.2 92.6 68.6 91.1 80.8
MT-DNN | 87.9 87.4 96.0 89.9 86.3 96.5 92.7 68.4 91.1 89.0
XLNet | 90.2 89.8 98.6 90.3 86.3 96.8 93.0 67.8 91.6 90.4
RoBERTa | 90.8 90.2 98.9 90.2 88.2 96.7 92.3 67.8 92.2 89.0
"""
_BERT_TASKS = "MNLI-m MNLI-mm QQP QNLI SST-2 CoLA STS-B MRPC RTE"
_BERT = """
Pre-OpenAI SOTA | 80.6 80.1 66.1 82.3 93.2 35.0 81.0 86.0 61.7
BiLSTM+ELMo+Attn | 76.4 76.1 64.8 79.8 90.4 36.0 73.3 84.9 56.8
OpenAI GPT | 82.1 81.4 70.3 87.4 91.3 45.4 80.0 82.3 56.0
BERT-base | 84.6 83.4 71.2 90.5 93.5 52.1 85.8 88.9 66.4
BERT-large | 86.7 85.9 72.1 92.7 94.9 60.5 86.5 89.3 70.1
"""


_ALASKA = {
    "Begich": 11290,
    "Begich > Palin > Peltola": 27053,
    "Begich > Peltola > Palin": 15467,
    "Palin": 21272,
    "Palin > Begich > Peltola": 34049,
    "Palin > Peltola > Begich": 3652,
    "Peltola": 23747,
    "Peltola > Begich > Palin": 47407,
    "Peltola > Palin > Begich": 4645,
}


def alaska_2022() -> Profile:
    """The ballots of Alaska's special election to the House, August 2022, by what they rank.

    Returns
    -------
    Profile
        188,582 ballots that rank one of three candidates, after write-ins were eliminated.

    Notes
    -----
    Source: the record of votes cast that the State of Alaska, Division of Elections, published; its
    certified count of the last round is 91,266 for Peltola and 86,026 for Palin.

    Examples
    --------
    >>> from mechdesign import aggregation
    >>> votes = alaska_2022()
    >>> aggregation.irv(votes).winners, aggregation.condorcet_winner(votes)
    (('Peltola',), 'Begich')
    """
    return Profile.from_rankings(_ALASKA)


def roberta_glue() -> ScoreTable:
    """GLUE test results of four ensembles, as of July 2019.

    Returns
    -------
    ScoreTable
        4 systems x 10 tasks.

    Notes
    -----
    Source: Liu, Y. et al. (2019), RoBERTa: a robustly optimized BERT pretraining approach,
    arXiv:1907.11692, the table of GLUE results, block "Ensembles on test".

    Examples
    --------
    >>> from mechdesign import aggregation
    >>> aggregation.mean(roberta_glue()).winners, aggregation.borda(roberta_glue()).winners
    (('RoBERTa',), ('XLNet',))
    """
    return _table(_ROBERTA_TASKS, _ROBERTA)


def bert_glue() -> ScoreTable:
    """GLUE test results of five systems, as of October 2018.

    Returns
    -------
    ScoreTable
        5 systems x 9 tasks.

    Notes
    -----
    Source: Devlin, J. et al. (2019), BERT: pre-training of deep bidirectional transformers for
    language understanding, NAACL 2019, arXiv:1810.04805, the table of GLUE test results.

    Examples
    --------
    >>> bert_glue()
    ScoreTable of 5 systems x 9 tasks
    """
    return _table(_BERT_TASKS, _BERT)


def _table(tasks: str, rows: str) -> ScoreTable:
    from fractions import Fraction

    scores = {}
    for line in rows.strip().splitlines():
        system, values = line.split(" | ")
        scores[system] = [Fraction(value) for value in values.split()]
    return score_table(scores, tasks=tasks.split())
