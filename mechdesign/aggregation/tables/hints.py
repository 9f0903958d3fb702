"""What the name of a column says: that it is no task, or that lower is better."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ROWS = {"rank", "#", "no", "no.", "nr", "nr.", "position", "place", "index", "unnamed: 0", "id"}
_PEOPLE = (
    r"(voter|ballot|respondent|participant)s?([ _-]?id)?"
    r"|(response|user|person|case|record|row|entry|precinct)[ _-]?id"
)
# Compiled when first used: that takes as long as importing the rest of the file.
_AVERAGE = (
    r"((overall|global|final|leaderboard|macro|micro|weighted|unweighted|arithmetic|geometric"
    r"|harmonic|geo|g|glue|superglue|task|grand)[ _-]*)?"
    r"((score|avg\.?|average|mean|overall|total)([ _-]*(score|avg|average|of tasks))?"
    r"|(mean|average|avg\.?)[ _-]*(win|rank)([ _-]*(rate|score))?)\s*(\(.*\))?"
)
# Sizes, dates, popularity: what describes a system or how it was measured.
_COUNT = (
    r"(#|no\.?|nr\.?|num|number of|n|total|model|knowledge|training|release|publication|max"
    r"|million|billion)?"
    r"[ _-]*(of[ _])?"
    r"(param(eter)?s?([ _-]?count)?|size|year|date|released|likes?|votes?|downloads?|stars|hub"
    r"|citations?|tokens?|context([ _-](length|window|size))?|(seq(uence)?[ _-])?(len|length)"
    r"|(img|image|input|crop|batch|vocab|embedding)[ _-]?(size|pct|res|dim(ension)?s?)"
    r"|resolution|dimensions?|epochs?|layers|seed|samples|examples|instances|eval instances"
    r"|cutoff|license|version|zip([ _-]?code)?|phone"
    r"|(\d+ ?% ?)?(ci|confidence[ _]intervals?|margin of error|std\.? ?err(or)?|standard error))"
    r"\s*(\(.*\))?"
)
_SPREAD = (
    r"(std|stdev|stddev|std[ _.-]*(dev|err(or)?)|sd|se|sem|stderr|standard[ _-](deviation|error)"
    r"|variance|var|ci|ci95|95 ?% ?ci|confidence interval|margin( of error)?|\+/-)"
)
_LOWER = (
    r"(?<![a-z])(errors?|err|losses|loss|perplexity|ppl|nll|bpc|wer|cer|ter|per|fid|kid|lpips|ece"
    r"|brier|calibration|mae|mse|rmse|mape|variances?|var|std|stdev|deviation|prices?|costs?"
    r"|latency|time|runtime|seconds|secs|hours|ms|energy|power|carbon|co2|flops|gflops|gmacs|macs"
    r"|memory|vram|tox|toxicity|toxic|nsfw|watermarks?|bias|stereotyp\w*|hallucinations?|regret"
    r"|violations?|distance|false (positives?|negatives?)|fpr|fnr|eer|der|ranks?|misses|blacked out"
    r"|\w+_err|demographic representation|\((s|sec|hrs)\))(?![a-z])"
)
_HIGHER = (
    r"(?<![a-z])(acc|accuracy|f1|auc|auroc|map|correct|detection|classification|reduction|saved|"
    r"saving|savings|speed-?up|throughput|per (s|sec|second|hour|dollar)|higher|robustness|"
    r"improvement|correlation|r2|\bem\b)(?![a-z])|/\s?(s|sec|h)\b|1 ?-"
)


def _plain(name: str) -> str:
    """A name without arrows, stars and the number of a repeated column."""
    text = re.sub(r"[^\w\s().,%#/+:-]", " ", re.sub(r" \(\d+\)$", "", name))
    return " ".join(text.lower().split())


def is_row_number(name: str) -> bool:
    """Whether a column numbers the rows or places the systems."""
    plain = _plain(name) or name.strip().lower()
    return plain in _ROWS or bool(re.fullmatch(_PEOPLE, plain))


def is_average(name: str) -> bool:
    """Whether a column is named like an average of the others."""
    return bool(re.fullmatch(_AVERAGE, _plain(name)))


def is_count(name: str) -> bool:
    """Whether a column is named like a size, a date or another description of a system."""
    return bool(re.fullmatch(_COUNT, _plain(name)))


def spread_of(name: str, columns: Sequence[str]) -> str | None:
    """The other column whose spread this one is named to hold, such as ``acc`` for ``acc_std``.

    Examples
    --------
    >>> spread_of("acc (std)", ["model", "acc", "acc (std)"]), spread_of("std", ["acc", "std"])
    ('acc', None)
    """
    found = re.fullmatch(
        rf"(.+?)[ _-]*\(?{_SPREAD}\)?|{_SPREAD}[ _-]+(of[ _-]+)?(.+)", _plain(name)
    )
    if not found:
        return None
    measured = found.group(1) or found.groups()[-1]
    return next((x for x in columns if x != name and _plain(x) == measured.strip()), None)


def says_rank(name: str) -> bool:
    """Whether a column is named like the places of systems."""
    return _plain(name).split()[-1:] in (["rank"], ["ranks"], ["ranking"], ["place"])


def contradicts_itself(name: str) -> bool:
    """Whether a name says that higher is better and that lower is.

    Examples
    --------
    >>> [contradicts_itself(name) for name in ("Acc ↑↓", "Loss (higher is better) ↓", "Loss ↑")]
    [True, True, False]
    """
    up = bool({"↑", "⬆"} & set(name)) or "higher is better" in _words(name)
    return up and (bool({"↓", "⬇"} & set(name)) or says_lower(name))


def says_lower(name: str) -> bool:
    """Whether a name says in so many words that lower is better."""
    return bool(re.search(r"(?<![a-z])(lower|less|smaller) is better", _words(name)))


def names_tasks(name: str) -> bool:
    """Whether a column is named like one of tasks, so that its table is on its side."""
    return _plain(name) in {
        "task",
        "tasks",
        "dataset",
        "datasets",
        "benchmark",
        "metric",
        "metrics",
    }


def looks_lower(name: str) -> bool:
    """Whether a name suggests that lower is better; an arrow decides alone.

    Examples
    --------
    >>> [looks_lower(name) for name in ("WER", "Toxic fraction", "Error (higher is better) ↑")]
    [True, True, False]
    """
    return not {"↑", "⬆"} & set(name) and bool(re.search(_LOWER, _words(name)))


def surely_lower(name: str) -> bool:
    """Whether nothing in the name speaks against it."""
    return says_lower(name) or (looks_lower(name) and not re.search(_HIGHER, _words(name)))


def _words(name: str) -> str:
    """Lower case with blanks for underscores and between words in camel case."""
    return re.sub(r"_", " ", re.sub(r"([a-z])([A-Z][a-z])", r"\1 \2", name)).lower()
