"""A seeded fuzz of readers, verbs, names and public functions.

Whatever is handed in ends in an answer or in an error of the package: never in a bare traceback,
never beyond a few seconds or half a gigabyte.
"""

from __future__ import annotations

import inspect
import random
import resource
import signal
import sys
from fractions import Fraction
from pathlib import Path

import pytest

import mechdesign
from mechdesign import aggregation, auctions, axioms, bargaining, facility, matching
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError, MechDesignError
from mechdesign.io import Table
from mechdesign.io.score_tables import read_grid
from mechdesign.model import as_mechanism

DATA = Path(__file__).resolve().parents[1] / "examples" / "data"
#: Inputs of an ordinary run and of the slow one.
FEW, MANY = 400, 10_000
#: Far beyond what any input here needs, on a machine that does other things as well.
SECONDS = 20

BALLOTS = {
    "a.blt": '3 2\n4 1 2 0\n2 3=1 0\n1 0\n0\n"Ann"\n"Bob"\n"Cy"\n"Club"\n',
    "a.abif": '{title: "Club"}\n=A:[Ann]\n=B:[Bob]\n27:A>B\n3:B/5,A/1\n',
    "a.rankings": "# alternatives: A, B, C\n3: A > B = C\n2.5: B\n",
    "a.toi": "# NUMBER ALTERNATIVES: 2\n# ALTERNATIVE NAME 1: A\n# ALTERNATIVE NAME 2: B\n"
    "3: 1,2\n2: {1,2}\n",
    "a.txt": "Option 1->: Ann\nOption 2->: Bob\nV: 1- x\nV: 21 y\n",
    "a.cvotes": "#/Candidates: Ann;Bob\n#/Weight Allowed: true\nx || Ann > Bob ^2 * 3\nBob # no\n",
    "a.nameq": "Ann+Archer=1&Bob=2\nBob=1&Ann+Archer=1\n",
    "a.cat": "# CATEGORY NAME 1: Yes\n# CATEGORY NAME 2: No\n# ALTERNATIVE NAME 1: A\n"
    "# ALTERNATIVE NAME 2: B\n3: 1,2\n2: {},{1,2}\n",
    "o.csv": "Your ranking\nvoter,Ann,Bob,Cy\nv1,1st,2nd,\nv2,2nd,1st,3rd\n",
    "f.csv": "Timestamp,First choice,Second choice\n1,Ann,Bob\n2,Bob,\n",
    "c.csv": "count,ballot\n5,Ann > Bob\n3,Bob = Ann\n",
    "w.csv": ",A,B\nA,,80\nB,20,\n",
    "b.csv": "left,right,winner\nx,y,left\ny,z,tie\n",
    "m.md": "| Model | Acc ↑ | ms ↓ |\n|---|--:|--:|\n| **A** | 71.3% | 12 |\n| B† | 70 | 8 |\n",
    "l.jsonl": '{"model": "A", "x": 81.2}\n{"model": "B", "x": 80}\n',
    "s.csv": "model;x;y\nA;82,3;1.203,5\nB;71;900\n",
    "g.csv": "package,group,rating,cost\na,x,1,2\na,y,2,2\nb,x,3,1\nb,y,1,1\n",
    "ads.csv": "advertiser,value,top,side\nHuts,2,10%,0.05\nBoots,3,0.08,0.04\n",
    "approvals.csv": "voter,A,B,C\nx,1,,1\ny,,1,\nz,1,1,0\n",
    "parties.csv": "party,votes,seats\nOak,120,3\nElm,80,2\n",
    "wl.csv": "winner,loser,count\nA,B,3\nB,A,1\nB,C,2\n",
    "games.csv": "home,away,home_goals,away_goals\nA,B,2,1\nB,A,0,0\n",
    "team.csv": "coalition,value\na,1\nb,2\na b,4\n",
    "groups.csv": "group,x,y,weight\nmany,1,0,2\nfew,0,1,1\n",
    "log.csv": "user,winner,loser\nu,x,y\nv,y,x\nu,x,y\n",
    "lists.csv": "agent,choice1,choice2\na,X,Y\nb,X,\n",
    "sides.json": '{"proposers": {"a": "X > Y"}, "receivers": {"X": "a", "Y": "a"}}',
    "skills.csv": "skill,weight\n1,1\n2,1/2\n3,2\n",
    "pairs.csv": "respondent,A_x,B_x,choice\nu,a,b,A\nu,b,a,A\nv,a,b,B\nv,b,a,B\n",
    "places.csv": "id,x,y,party\na,0,1,L\nb,2,0,R\nc,1,1,\n",
    "schedule.csv": "from,rate\n0,10%\n2,0.3\n",
    "chicken.csv": "row,column,payoff1,payoff2\nC,C,6,6\nC,D,2,7\nD,C,7,2\nD,D,0,0\n",
    "pennies.nfg": 'NFG 1 R "Pennies" { "A" "B" } { { "H" "T" } 2 } "x"\n1 -1 -1 1 -1/2 1 1 0.5\n',
    "outcomes.nfg": 'NFG 1 D "" { "A" "B" } { 2 1 }\n{ { "" 1, 2 } { "b" 3 4 } }\n1 2\n',
    "hire.json": '{"prior": ["1/2", 0.5], "payoff": [[1, 0], [0, 1]], "common": true, '
    '"agents": {"Ann": {"costs": [0, 0.05], '
    '"experiments": [[[0.5, 0.5], [0.5, 0.5]], [[0.7, 0.3], [0.3, 0.7]]]}}}',
    "tell.json": '{"prior": [0.7, 0.3], "receiver": [[0, 0], [-0.5, 0.5]], '
    '"sender": [[0, 0], [1, 1]]}',
    "market.json": '{"customers": {"ann": {"needs": ["soup"], "amenities": ["wifi"], '
    '"willingness": 9}, "bob": {"needs": [], "willingness": {}}}, "businesses": '
    '{"inn": {"menu": {"soup": 4}, "amenities": ["wifi"]}, "bar": {"menu": {"soup": 3}}}, '
    '"proposals": [{"customer": "ann", "business": "bar", "price": 0.5}]}',
    "v.json": '{"verdicts": [], "mechanisms": [], "axioms": []}',
    "y.yaml": "packages:\n  a: {cost: 1, utilities: {x: 1, y: 2}}\n"
    "  b: {cost: 2, utilities: {x: 2, y: 1}}\n",
}
VERBS = [
    ("rank", "{}", "--time-limit", "1"),
    ("rank", "{}", "--as", "ballots", "--mechanism", "irv,schulze"),
    ("rank", "{}", "--as", "scores", "--mechanism", "mean", "--tie", "decimals=2"),
    ("rank", "{}", "--as", "ranks", "--json"),
    ("rank", "{}", "--as", "wins", "--csv"),
    ("rank", "{}", "--no-header", "--common"),
    ("rank", "{}", "--overvote", "approval", "--duplicate", "exhaust", "--write-in", "pool"),
    ("rank", "{}", "--both-bad", "drop", "--strong", "3"),
    ("convert", "{}", "-", "--to", "rankings", "--lossy"),
    ("convert", "{}", "-", "--to", "json", "--lossy"),
    ("convert", "{}", "-", "--to", "csv", "--lossy"),
    ("convert", "{}", "-", "--to", "blt", "--lossy"),
    ("convert", "{}", "-", "--to", "abif", "--lossy"),
    ("solve", "bargaining", "{}"),
    ("solve", "bargaining", "{}", "--rows", "people", "--budget", "2"),
    ("solve", "bargaining", "{}", "--mechanism", "greedy"),
    ("solve", "auctions", "{}"),
    ("solve", "auctions", "{}", "--model", "cascade"),
    ("solve", "auctions", "{}", "--sale", "bundles"),
    ("solve", "auctions", "{}", "--sale", "units"),
    ("solve", "auctions", "{}", "--sale", "double"),
    ("solve", "auctions", "{}", "--sale", "unit_demand"),
    ("simulate", "auctions", "{}", "--users", "10"),
    ("solve", "matching", "{}"),
    ("simulate", "matching", "{}", "--runs", "4"),
    ("solve", "facility", "--file", "{}", "--mechanism", "median"),
    ("rank", "{}", "--as", "battles"),
    ("rank", "{}", "--grades", "Poor,Fair,Good"),
    ("rank", "{}", "--default-option", "B", "--quorum", "1", "--majority", "3/2"),
    ("count", "{}", "--seats", "1"),
    ("count", "{}", "--rule", "meek", "--seats", "2", "--json"),
    ("seats", "{}", "--seats", "5"),
    ("seats", "{}", "--method", "hare", "--threshold", "5%"),
    ("solve", "committees", "{}", "--seats", "1", "--time-limit", "1"),
    ("solve", "coalitional", "{}"),
    ("solve", "preference_games", "{}"),
    ("solve", "preference_games", "{}", "--judges"),
    ("solve", "preference_games", "{}", "--prompts", "--beta", "0.1"),
    ("solve", "preference_games", "{}", "--estimate", "empirical", "--samples", "5"),
    ("solve", "pluralistic", "{}"),
    ("solve", "pluralistic", "{}", "--groups", "2"),
    ("solve", "pluralistic", "{}", "--groups", "winner"),
    ("solve", "allocation", "stable", "{}"),
    ("solve", "allocation", "school", "{}"),
    ("solve", "allocation", "objects", "{}"),
    ("solve", "information", "{}", "--cap", "5"),
    ("solve", "taxation", "{}"),
    ("solve", "taxation", "{}", "--vote", "{}"),
    ("solve", "elections", "{}"),
    ("solve", "elections", "{}", "--primaries"),
    ("solve", "elections", "{}", "--adversarial"),
    ("solve", "games", "{}"),
    ("solve", "games", "{}", "--disagreement", "security"),
    (
        "simulate",
        "games",
        "--env",
        "market",
        "--file",
        "{}",
        "--agents",
        "random,random",
        "--episodes",
        "2",
        "--time-limit",
        "0",
    ),
    (
        "simulate",
        "games",
        "--env",
        "table",
        "--file",
        "{}",
        "--agents",
        "random,random",
        "--episodes",
        "2",
        "--time-limit",
        "0",
    ),
    ("verify", "{}"),
    ("sweep", "{}"),
]
PIECES = [
    b"",
    b"\xff\xfe",
    b"\x00",
    b"\xff",
    b",",
    b";",
    b"\n",
    b"\n\n",
    b'"',
    b"0",
    b"-1",
    b"1e309",
    b"1e-400",
    b"nan",
    b"inf",
    b"9" * 5000,
    b"[" * 3000,
    b"{",
    b"}",
    b">",
    b"=",
    b":",
    b"1/0",
    b"1/3",
    b"null",
    b"true",
    b"\xe2\x88\x923",
    b"\xf0\x9f\x98\x80",
    b"$object",
    b"=1+1",
    b"1_000",
    b"\r",
    b"\t",
    b"|---|",
    b"#",
    b"A",
]


def corpus():
    found = {name: text.encode() for name, text in BALLOTS.items()}
    for path in sorted(DATA.iterdir()):
        # The bounds of a large graph take their time, malformed or not.
        size = 600 if path.name.startswith("matching") else 4000
        found[path.name] = path.read_bytes()[:size]
    return found


def mangled(rng, content):
    """The content with a few bytes cut, doubled, replaced or put in."""
    data = bytearray(content)
    for _ in range(rng.randint(1, 4)):
        at = rng.randint(0, len(data))
        end = min(len(data), at + rng.choice((0, 1, 3, 20, 200)))
        kind = rng.random()
        if kind < 0.5:
            data[at:end] = rng.choice(PIECES)
        elif kind < 0.7:
            data[at:at] = data[at:end] * rng.randint(1, 3)
        elif kind < 0.85:
            del data[at:end]
        elif data:
            data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


#: Objects of the package, each of them in the wrong place almost everywhere.
OBJECTS = (
    facility.line().problem([0, 0, 1]),
    bargaining.menu({"a": (1, 2), "b": (2, 1)}),
    auctions.position().problem([10, 4], ctr=[2, 1]),
    matching.complete(1, 2, Fraction(1, 2)),
    aggregation.Ranking([["A"], ["B"]]),
    aggregation.read({"A > B": 2, "B > A": 1}),
    facility.median([0, 0, 1]),
    facility.line(),
)
VALUES = [
    None,
    True,
    -1,
    0,
    1,
    3,
    10**400,
    0.5,
    float("nan"),
    float("inf"),
    1e308,
    Fraction(1, 3),
    "",
    "A > B",
    "borda",
    "facility.average",
    "1/3",
    b"x",
    [],
    [[]],
    [1, 2],
    [0.25, 0.75],
    [[1, 2], [3, 4]],
    ["A > B", "B"],
    {},
    {"A": 1},
    {"A > B": 3, "B > A": 1},
    {"A": [1, 2], "B": [2, 1]},
    {"A": {"x": 1}},
    {1, 2},
    range(3),
    object(),
    int,
    len,
    (0, 1),
    "\ud800",
    [None],
    {"a": None},
    [float("nan")],
    ["a", 1],
    10**6,
    -(10**9),
    *OBJECTS,
]
NAMES = [
    "quantile(q=1/3, q=1/2)",
    "facility.",
    "facility.quantile(q=",
    "quantile(q=1e999)",
    "borda()",
    "aggregation.borda(x=1)",
    "k_approval(k=-1)",
    "",
    "((",
    "facility.quantile(q=[1])",
    "a" * 5000,
    "median(",
    "facility.quantile(q=1/0)",
    "scoring(vector=(1,2,3)",
    "éé",
    "nash(ties='x')",
]


def functions():
    """Mechanisms and functions; a class is made of what its annotations say."""
    found = []
    for package in (aggregation, auctions, bargaining, facility, matching, axioms):
        for name in sorted(package.__all__):
            one = getattr(package, name)
            if inspect.isclass(one) or not callable(one):
                continue
            found.append((f"{package.__name__}.{name}", one))
    return found


class TooSlowError(Exception):
    """An input took too long."""


def alarmed(call):
    """Call with a limit of seconds; the error where there is one."""

    def ring(*_):
        raise TooSlowError

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(SECONDS)
    try:
        call()
    except (MechDesignError, SystemExit):
        return None
    except BaseException as error:  # whatever it is, it is what the test is about
        return error
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    return None


def fuzz(count, seed, folder):
    """Wrong ends by input, at most ten."""
    rng = random.Random(seed)
    files = sorted(corpus().items())
    public = functions()
    wrong = []
    for _ in range(count):
        kind = rng.random()
        if kind < 0.65:
            name, content = rng.choice(files)
            verb = rng.choice(VERBS)
            # Half of the files under a name of another format.
            suffix = rng.choice(files)[0] if rng.random() < 0.3 else name
            path = folder / f"in{Path(suffix).suffix}"
            path.write_bytes(mangled(rng, content))
            words = [word.format(path) for word in verb]
            error = alarmed(lambda words=words: main(words))
            told = (" ".join(verb), path.read_bytes()[:300])
        elif kind < 0.72:
            name, content = rng.choice(files)
            path = folder / name
            path.write_bytes(mangled(rng, content))
            error = alarmed(lambda path=path: read_grid(path))
            told = ("read_grid", path.read_bytes()[:300])
        elif kind < 0.8:
            text = rng.choice(NAMES)
            if rng.random() < 0.5 and text:
                text = text[: rng.randrange(len(text))] + rng.choice("()=,/.e1q ") + text[-3:]
            error = alarmed(lambda text=text: as_mechanism(text))
            told = ("as_mechanism", text)
        else:
            name, one = rng.choice(public)
            given = [rng.choice(VALUES) for _ in range(rng.randint(1, 3))]
            error = alarmed(lambda one=one, given=given: consumed(one(*given)))
            told = (name, given)
            if isinstance(error, TypeError) and is_call_error(one, given):
                error = None
        if error is not None:
            wrong.append((*told, type(error).__name__, str(error)[:120]))
            if len(wrong) >= 10:
                break
    return wrong


def consumed(found):
    """A generator is only wrong when it runs."""
    if inspect.isgenerator(found):
        next(found, None)


def is_call_error(one, given):
    """Whether the call itself has too many or too few arguments, which is Python's to refuse."""
    try:
        inspect.signature(one).bind(*given)
    except (TypeError, ValueError):
        return True
    return False


def memory():
    """The most memory that this process has used, in megabytes."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (1 << 20) if sys.platform == "darwin" else used / 1024


def run(count, seed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = memory()
    wrong = fuzz(count, seed, tmp_path)
    assert not wrong, "\n".join(map(repr, wrong))
    assert memory() - before < 500


@pytest.mark.parametrize("seed", range(4))
def test_a_few_inputs(seed, tmp_path, monkeypatch, capfd):
    run(FEW // 4, seed, tmp_path, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 110))
def test_many_inputs(seed, tmp_path, monkeypatch, capfd):
    run(MANY // 10, seed, tmp_path, monkeypatch)


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/full"])
@pytest.mark.parametrize("verb", ["rank", "solve bargaining", "solve auctions", "verify"])
def test_files_without_an_end_are_refused(path, verb, capsys):
    if not Path(path).exists():
        pytest.skip(f"there is no {path} here")
    assert main([*verb.split(), path]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_results_on_a_full_device_are_one_error(tmp_path, capsys):
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    (tmp_path / "t.csv").write_text("model,x\nA,1\nB,2\n")
    assert main(["rank", str(tmp_path / "t.csv"), "-o", "/dev/full", "--force"]) == 2
    assert "error" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "one"), functions())
def test_an_object_of_another_kind_is_refused_in_words(name, one):
    for value in (*OBJECTS, [2, 0, 1], 3, "x", None, object()):
        given = [value] * max(1, required(one))
        if not is_call_error(one, given):
            error = alarmed(lambda given=given: consumed(one(*given)))
            assert error is None, f"{name}{tuple(given)}: {error!r}"


def records():
    """Objects with public methods: problems, settings, mechanisms, results, documents."""
    rankings = aggregation.Profile.from_rankings({"A > B": 2, "B > A": 1})
    scores = aggregation.score_table([[1, 2], [3, 0]])
    refuted = axioms.check("strategyproofness", facility.average, agents=2, grid=3)
    found = [
        *OBJECTS,
        rankings,
        scores,
        refuted,
        refuted.witness,
        aggregation.borda(rankings),
        aggregation.pairs_of(aggregation.read(rankings)),
        aggregation.compare(scores, ["borda"]),
        aggregation.maximal_lottery(rankings),
        aggregation.rankings(),
        aggregation.rankings().domain(2, alternatives=2),
        facility.line(0, 1).domain(2, grid=2),
        facility.median,
        facility.quantile(q=Fraction(1, 2)),
        bargaining.nash({"a": (1, 2), "b": (2, 1)}),
        bargaining.nash,
        auctions.position(),
        auctions.vcg([10, 4], ctr=[2, 1]),
        Table(["a", "b"], [[1, 2]]),
    ]
    return list({type(one): one for one in found}.values())


def methods(one):
    """The public methods of an object, but for the function that a user handed in."""
    for name in sorted(set(dir(one)) - {"function"}):
        if not name.startswith("_"):
            method = getattr(one, name)
            if inspect.isroutine(method):
                yield name, method


@pytest.mark.parametrize("one", records(), ids=lambda one: type(one).__name__)
def test_a_method_refuses_an_object_of_another_kind_in_words(one, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, method in methods(one):
        for value in (*OBJECTS, [2, 0, 1], ["A", "zz"], 3, "x", None, object(), [], {}):
            given = [value] * required(method)
            error = alarmed(lambda given=given, method=method: consumed(method(*given)))
            if not is_call_error(method, given):
                assert error is None, f"{type(one).__name__}.{name}{tuple(given)}: {error!r}"


def test_a_method_that_fails_on_its_own_is_not_blamed_on_its_arguments():
    def broken(problem):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        as_mechanism(broken, setting=facility.line()).solve(facility.line().problem([0, 1]))
    with pytest.raises(InvalidInputError, match=r"`problem` of Line\.check.*of class Problem"):
        facility.median.solve([0, 1])
    with pytest.raises(InvalidInputError, match=r"`keep` of Profile\.restricted.*zz") as refused:
        aggregation.Profile.from_rankings({"A > B": 1}).restricted(["zz"])
    assert isinstance(refused.value.__cause__, KeyError)


def required(one):
    """The number of arguments that a function demands."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    known = inspect.signature(one).parameters.values()
    return sum(p.default is p.empty and p.kind in kinds for p in known)


def test_the_functions_are_many():
    assert len(functions()) > 250
    assert mechdesign.__version__
