"""The reference of the field: a page a mechanism and a page an axiom, out of the registry.

Verdicts are the cells of the catalogue, which the tests compute again.  Counterexamples in words
and kinds of evidence take minutes to compute, so they are kept in ``witnesses.json`` and
``evidence.json``; ``python docs/_ext/field.py`` adds what they lack.
"""

import ast
import importlib.util
import inspect
import json
import textwrap
from pathlib import Path

import mechdesign as md
from mechdesign import axioms
from mechdesign.axioms.question.implications import implies
from mechdesign.family import families

KEPT = Path(__file__).with_name("witnesses.json")
KINDS = Path(__file__).with_name("evidence.json")
MARKS = {"HOLDS": "holds", "VIOLATED": "**violated**", "UNKNOWN": "unknown"}


def shipped(registered):
    """Those of the package's own families; whoever builds the pages may have registered others."""
    found = []
    for one in registered:
        family = getattr(one, "family", None)
        family = one.mechanism.partition(".")[0] if family is None else family
        if not family or importlib.util.find_spec(f"mechdesign.{family}"):
            found.append(one)
    return found


def entries():
    """The catalogue by pairs of a mechanism without its parameters and an axiom."""
    found = {}
    for entry in shipped(axioms.catalogue_entries()):
        found.setdefault((entry.mechanism.partition("(")[0], entry.axiom), []).append(entry)
    return found


def key(entry):
    """What a kept counterexample is filed under."""
    return f"{entry.mechanism} | {entry.axiom} | {entry.words}"


def in_words(entry):
    """The smallest counterexample of a cell."""
    return entry.check().witness.explain()


def shown(cells):
    """The cells whose counterexample is shown: the first that is violated of each mechanism."""
    return {
        entry.mechanism: entry for entry in reversed(cells) if str(entry.status) == "VIOLATED"
    }.values()


def witnesses():
    """All kept counterexamples, and those that are missing, by key."""
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    wanted = [entry for cells in entries().values() for entry in shown(cells)]
    return {key(entry): kept.get(key(entry)) or in_words(entry) for entry in wanted}


def kinds():
    """The kind of evidence of every cell, by key."""
    kept = json.loads(KINDS.read_text(encoding="utf-8")) if KINDS.exists() else {}
    wanted = [entry for cells in entries().values() for entry in cells]
    return {key(one): kept.get(key(one)) or str(one.check().evidence.kind) for one in wanted}


def pages():
    """The text of each page by its name."""
    made = {}
    cells, said = entries(), witnesses()
    rules, properties = shipped(md.mechanisms()), shipped(axioms.list_axioms())
    for rule in rules:
        mine = {axiom: found for (name, axiom), found in cells.items() if name == rule.id}
        made[f"mechanisms/{rule.id}"] = _mechanism(rule, mine, said)
    for axiom in properties:
        mine = {name: found for (name, its), found in cells.items() if its == axiom.id}
        made[f"axioms/{axiom.id}"] = _axiom(axiom, mine, said, properties)
    made["mechanisms/index"] = _index(
        "Mechanisms",
        "Every registered mechanism, its definition, its source, and what is known about it.",
        [
            (
                one.name,
                one.summary,
                [(r.id, r.id, r.summary) for r in rules if r.family == one.name],
            )
            for one in families()
        ],
    )
    groups = [("", "axioms of every family"), *((one.name, one.summary) for one in families())]
    made["axioms/index"] = _index(
        "Axioms",
        "Every axiom that can be checked, in one sentence, with the rules that keep and break it.",
        [
            (
                family or "all families",
                summary,
                [(a.id, a.title, a.statement) for a in properties if a.family == family],
            )
            for family, summary in groups
        ],
    )
    return made


def bibliography():
    """The BibTeX entries of all sources that mechanisms, theorems and axioms name, by key."""
    rules = shipped(md.mechanisms())
    sources = [one.reference for one in (*rules, *shipped(axioms.list_axioms()))]
    sources += [theorem.reference for rule in rules for theorem in rule.claims.values()]
    found = {source.key: source.bibtex() for source in sources if source is not None}
    return "\n\n".join(found[name] for name in sorted(found)) + "\n"


def _index(title, about, groups):
    lines = [title, "=" * len(title), "", about, ""]
    for name, summary, found in groups:
        if not found:
            continue
        lines += [name, "-" * len(name), "", f"{_plain(summary)[:1].upper()}{_plain(summary)[1:]}."]
        lines += ["", ".. list-table::", "   :widths: 35 65", ""]
        for page, text, told in found:
            lines += [f"   * - :doc:`{text} <{page}>`", f"     - {_plain(told)}"]
        lines += [""]
    return "\n".join(lines)


def _mechanism(rule, cells, said):
    lines = [":orphan:", "", rule.id, "=" * len(rule.id), "", _plain(rule.summary), ""]
    lines += _source(rule.reference)
    package = importlib.import_module(f"mechdesign.{rule.family}")
    short = rule.id.partition(".")[2]
    if short in getattr(package, "__all__", ()):
        target = f"mechdesign.{rule.family}.{short}"
        lines += [f"Parameters, errors and complexity: :py:obj:`{target}`.", ""]
    code = definition(rule)
    if code:
        lines += ["Definition", "----------", "", ".. code-block:: python", ""]
        lines += [textwrap.indent(code, "   "), ""]
    example = _example(rule.__doc__)
    if example:
        needed = short in example and f">>> from mechdesign.{rule.family} import {short}\n"
        lines += ["Example", "-------", "", ".. code-block:: pycon", ""]
        lines += [textwrap.indent((needed or "") + example, "   "), ""]
    lines += ["What is known", "-------------", ""]
    for axiom, theorem in sorted(rule.claims.items()):
        link = f":doc:`{axiom.replace('_', ' ')} </reference/axioms/{axiom}>`"
        lines += [f"* {link}, by a theorem: {_plain(str(theorem))}"]
    lines += [""] if rule.claims else []
    if cells:
        lines += _verdicts("axiom", "axioms", cells, said)
    elif not rule.claims:
        lines += [
            "Nothing is in the catalogue; ``mechdesign audit`` answers.",
            "",
        ]
    return "\n".join(lines)


def _axiom(axiom, cells, said, every):
    # In no table of contents: hundreds of entries there would be written into every page.
    lines = [":orphan:", "", axiom.title, "=" * len(axiom.title), "", _plain(axiom.statement), ""]
    lines += [f"Identifier ``{axiom.id}``, for {axiom.family or 'every family'}.", ""]
    lines += _source(axiom.reference)
    if axiom.needs:
        named = ", ".join(f"``{need.__name__}``" for need in axiom.needs)
        lines += [f"The setting must have the capability {named}: :doc:`/guide/capabilities`.", ""]
    for word, others in (
        ("It implies", [a for a in every if a is not axiom and implies(axiom.id, a.id)]),
        ("It follows from", [a for a in every if a is not axiom and implies(a.id, axiom.id)]),
    ):
        if others:
            lines += [
                word + " " + ", ".join(f":doc:`{a.title} <{a.id}>`" for a in others) + ".",
                "",
            ]
    lines += ["Definition", "----------", "", "As a counterexample is checked:", ""]
    code = textwrap.dedent(inspect.getsource(type(axiom).verify))
    lines += [".. code-block:: python", "", textwrap.indent(_bare(code), "   "), ""]
    lines += ["Which mechanisms have it", "------------------------", ""]
    if cells:
        lines += _verdicts("mechanism", "mechanisms", cells, said)
    else:
        lines += [
            "None is in the catalogue; ``mechdesign audit`` answers.",
            "",
        ]
    lines += ["Example", "-------", "", ".. code-block:: python", ""]
    entry = min(
        (one for found in cells.values() for one in found),
        key=lambda one: (str(one.status) != "VIOLATED", len(one.words)),
        default=None,
    )
    if entry is None:
        lines += [f'   axioms.check("{axiom.id}", "family.mechanism", agents=2)', ""]
    else:
        words = "".join(f", {word}={value!r}" for word, value in entry.scope.items())
        told = f'axioms.check("{entry.axiom}", "{entry.mechanism}"{words})'
        lines += [f"   {told}   # {entry.status}", ""]
    return "\n".join(lines)


def _verdicts(head, folder, cells, said):
    """The table of verdicts, and the counterexamples under it."""
    lines = [
        "Each status is relative to its scope; a test computes it and its evidence again "
        "(:doc:`the kinds of evidence </architecture>`).",
        "",
        ".. list-table::",
        "   :header-rows: 1",
        "   :widths: 30 12 18 40",
        "",
        f"   * - {head}",
        "     - status",
        "     - evidence",
        "     - scope",
    ]
    evidence = json.loads(KINDS.read_text(encoding="utf-8"))
    texts = []
    for name, found in sorted(cells.items()):
        for entry in found:
            text = entry.mechanism if folder == "mechanisms" else name.replace("_", " ")
            if folder == "axioms" and "(" in entry.mechanism:
                text += " (" + entry.mechanism.partition("(")[2]
            text = text.replace("<", "").replace(">", "")
            lines += [f"   * - :doc:`{text} </reference/{folder}/{name}>`"]
            lines += [f"     - {MARKS[str(entry.status)]}"]
            lines += [f"     - {evidence[key(entry)]}"]
            lines += [f"     - ``{entry.words or 'every problem of the setting'}``"]
        for entry in shown(found):
            told = said[key(entry)].replace("\n", " ")
            label = name.replace("_", " ") if folder == "axioms" else entry.mechanism
            texts += [f"{label} ({entry.words})", textwrap.indent(_plain(told), "   "), ""]
    lines += [""]
    if texts:
        title = "Smallest counterexamples"
        lines += [title, "~" * len(title), "", *texts]
    return lines


def definition(rule):
    """The definition of a rule as the tests have it; empty where its code is its definition."""
    try:
        module = importlib.import_module(f"mechdesign.{rule.family}.definitions")
    except ModuleNotFoundError:
        return ""
    found = getattr(module, rule.id.partition(".")[2], None)
    return inspect.getsource(found) if inspect.isfunction(found) else ""


def _bare(code):
    """A function without annotations that only type checkers need."""
    tree = ast.parse(code)
    function = tree.body[0]
    function.returns = None
    for argument in (*function.args.args, *function.args.kwonlyargs):
        argument.annotation = None
    return ast.unparse(tree)


def _example(doc):
    """The examples of a docstring."""
    text = inspect.cleandoc(doc or "")
    _, found, rest = text.partition("Examples\n--------\n")
    if not found:
        return ""
    return rest.strip() if ">>>" in rest else ""


def _source(reference):
    if reference is None:
        return []
    return [f"Source: {_plain(str(reference))}, *{_plain(reference.title)}*.", ""]


def _plain(text):
    """Text in which nothing is markup."""
    for sign in "\\*`|_":
        text = text.replace(sign, "\\" + sign)
    return text


if __name__ == "__main__":
    for file, found in ((KEPT, witnesses()), (KINDS, kinds())):
        text = json.dumps(dict(sorted(found.items())), indent=0, ensure_ascii=False)
        file.write_text(text + "\n", encoding="utf-8")
