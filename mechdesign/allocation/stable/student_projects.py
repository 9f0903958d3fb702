"""Students and projects, which belong to lecturers who rank the students."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from mechdesign.allocation.preference_lists import read_capacities, strict_rows
from mechdesign.errors import InvalidInputError
from mechdesign.model import Reference

__all__ = ["assign_projects"]

ABRAHAM_IRVING_MANLOVE = Reference(
    "abraham2007",
    "Abraham, D. J., Irving, R. W. and Manlove, D. F.",
    "Two Algorithms for the Student-Project Allocation Problem",
    2007,
    "Journal of Discrete Algorithms 5(1)",
    doi="10.1016/j.jda.2006.03.006",
)


def assign_projects(
    students: Mapping[Hashable, Any],
    projects: Mapping[Hashable, Hashable],
    lecturers: Mapping[Hashable, Any],
    *,
    project_capacities: Any = None,
    lecturer_capacities: Any = None,
) -> dict[Any, Any]:
    """The stable assignment of students to projects that is best for the students.

    A student and a project it prefers block if the project and its lecturer have room, or if the
    lecturer prefers the student to one it would lose: of that project if this is full, of all its
    projects if these are; or has the student already and the project has room.

    Parameters
    ----------
    students : mapping of student to strict list of projects
        As :func:`school_choice` reads lists.
    projects : mapping of project to lecturer
        Who offers it.
    lecturers : mapping of lecturer to strict list of students
        Who is on no list of a lecturer is not accepted by it.
    project_capacities, lecturer_capacities : int, sequence or mapping, optional
        1 by default.

    Returns
    -------
    dict of student to project or None
        The stable assignment.

    Raises
    ------
    InvalidInputError
        On ties, strangers, or projects of nobody.

    Notes
    -----
    The student-oriented algorithm of Abraham, Irving and Manlove [1]_: a student who is turned away
    goes on down its list; O(L^2) here for lists of L entries in all.

    References
    ----------
    .. [1] Abraham, D. J., Irving, R. W. and Manlove, D. F. (2007). Two algorithms for the
       student-project allocation problem. Journal of Discrete Algorithms 5(1).
       doi:10.1016/j.jda.2006.03.006.

    Examples
    --------
    >>> assign_projects(
    ...     {"ann": "p > q", "bob": "p > r", "cy": "q"},
    ...     {"p": "kim", "q": "kim", "r": "lee"},
    ...     {"kim": "bob > ann > cy", "lee": "bob"},
    ...     lecturer_capacities={"kim": 2, "lee": 1},
    ... )
    {'ann': 'q', 'bob': 'p', 'cy': None}
    """
    if not all(isinstance(part, Mapping) for part in (students, projects, lecturers)):
        raise InvalidInputError("students", "be mappings, as projects and lecturers", students)
    lists = strict_rows(students, "students", projects)
    orders = strict_rows(lecturers, "lecturers", students)
    for project, owner in projects.items():
        if owner not in orders:
            raise InvalidInputError(f"projects[{project!r}]", "name a lecturer", owner)
    rooms = read_capacities(project_capacities, [*projects], "project_capacities")
    room = dict(zip(projects, rooms, strict=True))
    places = read_capacities(lecturer_capacities, [*lecturers], "lecturer_capacities")
    load = dict(zip(lecturers, places, strict=True))
    rank = {who: {s: k for k, s in enumerate(own)} for who, own in orders.items()}
    left = {s: [p for p in own if s in rank[projects[p]]] for s, own in lists.items()}
    got: dict[Any, Any] = dict.fromkeys(lists)
    waiting = list(lists)
    while waiting:
        s = waiting.pop()
        if got[s] is not None or not left[s]:
            continue
        p = got[s] = left[s][0]
        owner = projects[p]
        here = [a for a, b in got.items() if b == p]
        all_of = [a for a, b in got.items() if b is not None and projects[b] == owner]
        crowd = here if len(here) > room[p] else all_of if len(all_of) > load[owner] else []
        if crowd:
            worst = max(crowd, key=rank[owner].__getitem__)
            left[worst].remove(got[worst])
            got[worst] = None
            waiting.append(worst)
    return got
