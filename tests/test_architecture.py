"""The shape of the package: which way imports point, what a bare import loads, file sizes."""

import ast
import functools
import graphlib
import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import mechdesign

ROOT = Path(mechdesign.__file__).parent
FAMILIES = (
    "facility",
    "auctions",
    "matching",
    "aggregation",
    "bargaining",
    "preference_games",
    "coalitional",
    "pluralistic",
    "apportionment",
    "committees",
    "information",
    "allocation",
    "taxation",
    "games",
    "elections",
)

# Each layer may import itself and the layers named, and nothing else of the package.
_BASE = {"errors", "faces", "family", "records", "model"}
_TOOLS = {"io", "algorithms", "stats", "solvers", "parallel", "axes", "clock"}
_CHECKERS = {"axioms", "design"}
ALLOWED = {
    "errors": set(),
    "faces": set(),
    "records": {"errors"},
    "family": {"errors", "records"},
    "model": {"errors", "faces", "family", "records"},
    **dict.fromkeys(_TOOLS, _BASE | _TOOLS),
    **dict.fromkeys(_CHECKERS, _BASE | _TOOLS | _CHECKERS),
    **dict.fromkeys(FAMILIES, _BASE | _TOOLS | _CHECKERS),
}
# A contest between platforms is a vote, a preference game, and on a line a facility.
ALLOWED["elections"] = ALLOWED["elections"] | {"aggregation", "facility", "preference_games"}
# The choices of all groups together are a preference game.
ALLOWED["pluralistic"] = ALLOWED["pluralistic"] | {"preference_games"}
# Generic machinery, which knows no family by name; the corners of the families use it.
_USERS = {"report", "testing", "experiments", "cli"}
ALLOWED |= dict.fromkeys(_USERS, _BASE | _TOOLS | _CHECKERS | _USERS)
CORNERS = {"plots", "datasets", "studies", "claims", "commands", "pages", "definitions"}

# Third-party packages that one place alone may import.
RESERVED = {
    "highspy": ("solvers",),
    "pulp": ("solvers",),
    "pysat": ("solvers",),
    "joblib": ("parallel",),
    "numba": ("algorithms",),
}

# The rooms and files of a package, in order: each may import those left of it.
ROOMS = {
    "model": """frozen numbers rational reading serialize welfare reference problem outcome
        domain lottery setting registry mechanism_base decorator""",
    "solvers": "highs linear_ordering sat search linear concave",
    "axioms": """question generic continuum methods verification proof_documents audits
        worst_case catalogue consistency""",
    "facility": "segment medians fairness variants rules proofs",
    "aggregation": """profiles references tables settings results reading rules counting_rounds
        tournaments axioms analysis uncertainty""",
    "auctions": """arithmetic references reading trade axioms text market winner generated
        separable sales""",
    "matching": "references instances setting policies exact programs axioms simulation",
    "coalitional": "references games values stability sharing axioms",
    "bargaining": """references menus ballots solutions opinions representation reports projects
        negotiation axioms""",
    "preference_games": """references reading_games measures fixed_points equilibria truthfulness
        dynamics evidence settings mechanisms axioms""",
    "pluralistic": """references settings welfare_lotteries scales mechanisms population_rules
        choices axioms comparing""",
    "apportionment": """references settings allotting mechanisms two_margins reading_votes comparing
        axioms""",
    "taxation": """economies schedules linear_taxes skill_menus settings mechanisms
        distributions numeric_schedules schedule_votes comparing isoelastic axioms""",
    "elections": """space majority competition nominations reading_voters setting mechanisms
        surveys axioms""",
    "committees": """settings optimal_committees step_by_step committee_rules support
        sharing_rules prices axioms monotone comparing""",
    "games": "tables offers axioms agents",
    "information": "references numbers_read hired told elicitation herds axioms",
    "allocation": """references preference_lists list_files markets obvious_trees stable school
        houses division axioms exchange divisible comparing""",
}
ROOMS = {package: names.split() for package, names in ROOMS.items()}
A_ROOM_HOLDS = 15


def modules():
    return sorted(ROOT.rglob("*.py"))


def layer(path):
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def corner(path):
    """Whether a file is in a corner of a family, of which its rooms know nothing."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[0] in FAMILIES and parts[1] in CORNERS


@functools.cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


@functools.cache
def imports(path):
    """Absolute names of everything a file imports, at the top and inside functions."""
    return list(_imports(path))


def _imports(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} uses a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_down(path):
    here = layer(path)
    if here in ("__init__", "__main__"):
        return
    for name in imports(path):
        parts = name.split(".")
        if parts[0] in RESERVED:
            assert here in RESERVED[parts[0]], f"{path} imports {name}"
        if parts[0] == "mechdesign" and len(parts) > 1:
            there = parts[1]
            if there in ALLOWED:
                allowed = ALLOWED[here] | (_USERS if corner(path) else set())
                assert there == here or there in allowed, f"{path} imports {name}"


def executed(node):
    """The nodes of a file without the blocks for type checkers."""
    if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from executed(child)


@functools.cache
def run(path):
    return list(executed(tree(path)))


def room(name):
    """The room or file that a dotted name lies in: ``segment`` of mechdesign.facility.segment."""
    parts = name.split(".")
    return parts[2] if len(parts) > 2 else None


@pytest.mark.parametrize("package", ROOMS)
def test_rooms_import_those_left_of_them(package):
    order = {name: k for k, name in enumerate(ROOMS[package])}
    corners = CORNERS | {"__init__"}
    for path in sorted((ROOT / package).rglob("*.py")):
        here = path.relative_to(ROOT / package).parts[0].removesuffix(".py")
        if here in corners:
            continue
        assert here in order, f"{here} of {package} has no place in the order of rooms"
        for node in run(path):
            if isinstance(node, ast.ImportFrom) and node.module.startswith(f"mechdesign.{package}"):
                there = room(node.module)
                for name in [there] if there else [alias.name for alias in node.names]:
                    assert order[name] <= order[here], f"{path} imports {name}"


@pytest.mark.parametrize(
    "folder",
    sorted({path.parent for path in modules()}),
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_a_room_is_seen_at_a_glance(folder):
    files = [path for path in folder.glob("*.py") if not path.name.startswith("__")]
    assert len(files) <= A_ROOM_HOLDS


@pytest.mark.parametrize("package", [*FAMILIES, "axioms", "model"])
def test_every_public_name_stands_once(package):
    """It is in the ``__all__`` of the file that defines it, and no module hides behind it."""
    face = importlib.import_module(f"mechdesign.{package}")
    homes = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        name = ".".join(("mechdesign", *path.relative_to(ROOT).with_suffix("").parts))
        if path.name != "__init__.py" and not corner(path):
            for public in getattr(sys.modules.get(name), "__all__", ()):
                homes.setdefault(public, []).append(name)
    assert {name: where for name, where in homes.items() if len(where) > 1} == {}
    values = {name for name in face.__all__ if not isinstance(getattr(face, name), ModuleType)}
    assert values == set(homes)
    places = {path.stem for path in (ROOT / package).rglob("*.py")}
    places |= {path.name for path in (ROOT / package).rglob("*") if path.is_dir()}
    assert values & places == set()


def test_no_module_imports_another_in_a_circle():
    """Not even inside a function: what two modules need of each other has a home below both."""
    known = {
        ".".join(("mechdesign", *path.relative_to(ROOT).with_suffix("").parts)): path
        for path in modules()
        if path.name not in ("__init__.py", "__main__.py")
    }
    graph = {}
    for name, path in known.items():
        graph[name] = targets = set()
        for node in run(path):
            if isinstance(node, ast.ImportFrom):
                names = {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
                targets |= names & known.keys()
    graphlib.TopologicalSorter(graph).prepare()  # raises CycleError with the circle


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_one_file_one_subject(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 500
    assert "".join(lines[:1]).startswith('"""'), "a module begins with what it is about"


def test_solver_programs_are_called_from_the_solvers_only():
    for path in modules():
        if layer(path) == "solvers":
            continue
        for name in imports(path):
            assert not name.startswith(("scipy.optimize.linprog", "scipy.optimize.milp")), path


def documented_methods(classes, name, seen=()):
    """The methods that a class or one of its parents in the package documents."""
    node, parents = classes.get(name, (None, ()))
    if node is None or name in seen:
        return set()
    found = {m.name for m in node.body if isinstance(m, ast.FunctionDef) and ast.get_docstring(m)}
    return found.union(*(documented_methods(classes, p, (*seen, name)) for p in parents))


def test_every_method_is_documented_where_it_first_stands():
    classes, capabilities = {}, set()
    for path in modules():
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef):
                parents = [ast.unparse(base).split("[")[0].split(".")[-1] for base in node.bases]
                classes[node.name] = (node, parents)
                if "Protocol" in parents:
                    capabilities |= documented_methods(classes, node.name)
    for name, (node, _) in classes.items():
        if not name.startswith("_"):
            known = documented_methods(classes, name) | capabilities
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and not method.name.startswith("_"):
                    assert method.name in known, f"{name}.{method.name} has no docstring"


HEAVY = ("scipy", "sympy", "networkx", "pulp", "highspy", "matplotlib", "pandas", "joblib", "numba")
# What of the standard library takes time and is for files, the command line or a rare message.
RARE = [
    "argparse",
    "bz2",
    "csv",
    "difflib",
    "email",
    "html",
    "importlib.metadata",
    "importlib.resources",
    "lzma",
    "pathlib",
    "random",
    "shutil",
    "subprocess",
    "tempfile",
    "tomllib",
    "urllib",
]


def loaded(code, *names):
    """Which of some modules are loaded after some code has run and numpy has not asked for them."""
    code = (
        f"import numpy, sys; before = set(sys.modules); {code}; print(*set(sys.modules) - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(names) & set(done.stdout.split())


@pytest.mark.parametrize("module", ["mechdesign", *(f"mechdesign.{f}" for f in FAMILIES)])
def test_import_is_light(module):
    assert loaded(f"import {module}", *HEAVY, *RARE) == set()


def test_experiments_are_light():
    assert loaded("import mechdesign.experiments", *HEAVY) == set()


def test_the_command_line_imports_a_verb_when_it_is_typed():
    """Neither numpy nor any family, to say which version this is; no other family for one."""
    code = "import sys; from mechdesign.cli import main; main(sys.argv[1:])"
    code = f"try:\n    {code}\nfinally:\n    print(*sys.modules)"

    def modules_of(*words):
        done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True)
        return set(done.stdout.split())

    version = modules_of("--version")
    assert "mechdesign.cli.entry" in version
    others = {f"mechdesign.{name}" for name in (*FAMILIES, "model", "family", "axioms", "io")}
    assert not version & {"numpy", "importlib.metadata", *others}
    one = modules_of("solve", "facility", "--reports", "0,1")
    assert "mechdesign.facility.commands" in one
    assert not one & {f"mechdesign.{name}" for name in FAMILIES if name != "facility"}
    assert not modules_of("solve", "--help") & {f"mechdesign.{name}" for name in FAMILIES}


@pytest.mark.parametrize("family", FAMILIES)
def test_corners_are_imported_when_they_are_used(family):
    code = f"import sys, mechdesign.{family}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert f"mechdesign.{family}" in loaded
    assert not {f"mechdesign.{family}.{name}" for name in CORNERS} & loaded
    assert not {f"mechdesign.{name}" for name in _USERS} & loaded


def test_public_names_resolve():
    for name in mechdesign.__all__:
        assert getattr(mechdesign, name) is not None
    with pytest.raises(AttributeError):
        mechdesign.nothing  # noqa: B018
    assert set(mechdesign.__all__) <= set(dir(mechdesign))
