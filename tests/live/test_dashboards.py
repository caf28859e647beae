"""Every query of every dashboard, asked of a stack at work: none is empty or an error, figures are the source's.

Our own dashboards, and queries of well-known ones that others have made.
"""

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import pytest

from generator.grafana import DASHBOARDS, encode
from tests.support.asking import RefusedQuery
from tests.support.community import NAMES, board
from tests.support.figures import FIGURES, Figure
from tests.support.panels import Asker, Json, Question, Variables, questions
from tests.support.servers import wait_until
from tests.support.whole_stack import Whole, whole_stack

PRESSURES: Final = ("processors", "memory", "disks")
EMPTY: Final[Mapping[str, Mapping[str, str]]] = {}
"""Dashboard → query (`panel / legend`) → why it has nothing to show on this stack."""
MACHINE: Final[Mapping[str, Mapping[str, str]]] = {
    "alerts": {"Muted messages / {{reason}}": "Alertmanager counts them from 0.27 on"},
    "host": {
        "Kernel tables in use / {{target}} tracked connections": "a kernel that tracks none has no table for them",
        **{f"Pressure / {{{{target}}}} {of}": "kernels may be without pressure stall information" for of in PRESSURES},
    },
}
"""Dashboard → query → why it has nothing to show on some machines."""

PATIENCE: Final = 10.0
"""Seconds for which a query without data is asked again."""
Answers = Mapping[str, bool | str]
"""Query → whether it has data, or what Prometheus has against it."""
Compared = Mapping[str, tuple[float | None, Sequence[float]]]
"""Figure → what its dashboard shows, and what its source says: before and after, or its pace meanwhile."""
CASES: Final = [(name, figure) for name, figures in FIGURES.items() for figure in figures]
WIDE: Final = 10_000.0
"""Seconds that a dashboard shows when the window of its rates is `WIDE_SCRAPES`: so steadier than that of an hour."""
WIDE_SCRAPES: Final = 6
ATTEMPTS: Final = 5
"""How often figures are compared anew because a scrape failed meanwhile: the machine had much else to do."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """The running stack."""
    with whole_stack(tmp_path_factory.mktemp("whole")) as found:
        yield found


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Iterator[list[str]]:
    """Lines to print whatever becomes of the test; on standard error, which parallel workers do not swallow."""
    lines: list[str] = []
    yield lines
    with capsys.disabled():
        print("", *lines, sep="\n", end="", file=sys.stderr)


@pytest.mark.parametrize("name", DASHBOARDS)
def test_every_query_of_a_dashboard_has_data(whole: Whole, name: str, say: list[str]) -> None:
    """All queries of its panels, variables and annotations, with what its own variables give."""
    dashboard = json.loads(encode(DASHBOARDS[name](whole.spec)))
    asked = list(questions(dashboard))
    assert len({str(question) for question in asked}) == len(asked), "two queries have one name"
    answers, wrong = _asked(whole, dashboard, asked, EMPTY.get(name, {}), MACHINE.get(name, {}))
    say.append(f"{name}: {len({question.place for question in asked})} panels, {_counted(answers)}")
    assert not wrong


@pytest.mark.parametrize("name", NAMES)
def test_dashboards_of_others_find_their_job_and_instance(whole: Whole, name: str, say: list[str]) -> None:
    """Their variables and queries, unchanged."""
    found = board(name)
    answers, wrong = _asked(whole, found.templating(), list(found.questions()), found.empty, found.machine)
    say.append(f"{found.name}: {_counted(answers)}")
    assert not wrong


def _asked(
    whole: Whole, dashboard: Json, asked: Sequence[Question], empty: Mapping[str, str], machine: Mapping[str, str]
) -> tuple[Answers, Answers]:
    """What has data, and what of that is wrong; asked again for a while: a scrape may just have failed."""
    deadline = time.monotonic() + PATIENCE
    while True:
        asker = whole.asker()
        variables = asker.variables(dashboard)
        answers = {**_filled(dashboard, variables), **_answers(asker, asked, variables)}
        wrong = _wrong(answers, empty, machine)
        if not wrong or time.monotonic() > deadline:
            return answers, wrong


def _filled(dashboard: Json, variables: Variables) -> Answers:
    """Variable with a query → whether that gives a value."""
    asked = [one["name"] for one in dashboard["templating"]["list"] if one["type"] == "query"]
    return {f"variable: {name}": any(variables[name].values) for name in asked}


def _answers(asker: Asker, asked: Iterable[Question], variables: Variables) -> Answers:
    """Query → whether it has data, or what Prometheus has against it."""
    found: dict[str, bool | str] = {}
    for question in asked:
        try:
            found[str(question)] = bool(asker.ask(question, variables))
        except RefusedQuery as error:
            found[str(question)] = f"{error}: {question.expr}"
    return found


def _counted(answers: Answers) -> str:
    return f"{len(answers)} queries, {sum(answer is True for answer in answers.values())} with data"


def _wrong(answers: Answers, empty: Mapping[str, str], machine: Mapping[str, str]) -> Answers:
    """What is not as it should be: errors, the unexpectedly empty, and exceptions that nobody needs."""
    found = {name: answer for name, answer in answers.items() if answer is not (name not in empty)}
    kept = {name: answer for name, answer in found.items() if isinstance(answer, str) or name not in machine}
    return kept | dict.fromkeys({*empty, *machine} - answers.keys(), "no such query")


@pytest.fixture(scope="module")
def compared(whole: Whole) -> Compared:
    """Every figure and its source; anew, if a scrape failed meanwhile: a busy machine is no fault of the figures."""
    asker = whole.asker(WIDE)
    dashboards = {name: json.loads(encode(DASHBOARDS[name](whole.spec))) for name in DASHBOARDS}
    variables = {name: asker.variables(dashboard) for name, dashboard in dashboards.items()}
    asked = {(name, str(one)): one for name, dashboard in dashboards.items() for one in questions(dashboard)}

    def show(name: str, figure: Figure) -> float | None:
        question = asked.get((name, figure.question))
        return figure.of(asker.ask(replace(question, instant=True), variables[name])) if question else None

    for _ in range(ATTEMPTS):
        found, seconds = _compared(whole, show)
        if whole.steady(seconds):
            return found
    pytest.fail(f"{ATTEMPTS} times in a row, a scrape failed while figures were compared")


def _compared(whole: Whole, show: Callable[[str, Figure], float | None]) -> tuple[Compared, float]:
    """Every figure and its source, and how many seconds that took: as long as the window of a rate."""
    began, scrapes = time.monotonic(), whole.scrapes()
    before = [figure.source(whole) for _, figure in CASES]
    wait_until(lambda: whole.scrapes() >= scrapes + WIDE_SCRAPES, "the window of a rate to pass", 180)
    shown = [show(name, figure) for name, figure in CASES]
    after = [figure.source(whole) for _, figure in CASES]
    seconds = time.monotonic() - began
    said = [case[1].said(*two, seconds) for case, two in zip(CASES, zip(before, after, strict=True), strict=True)]
    return dict(zip(map(_named, CASES), zip(shown, said, strict=True), strict=True)), seconds


def _named(case: tuple[str, Figure]) -> str:
    name, figure = case
    return f"{name}: {figure.question} {'/'.join(figure.labels.values())}".strip()


@pytest.mark.parametrize("case", CASES, ids=_named)
def test_a_figure_is_what_its_source_says(compared: Compared, case: tuple[str, Figure], say: list[str]) -> None:
    """Within the tolerance that stands beside it."""
    shown, said = compared[_named(case)]
    say.append(f"{_named(case)}: {shown} shown, {' to '.join(f'{one:g}' for one in said)} said")
    assert shown is not None
    assert case[1].plausible(shown, said)


def test_an_exception_that_nobody_needs_is_wrong() -> None:
    """And so is one for a query that is gone."""
    assert not _wrong({"a": True, "b": False}, {"b": "why"}, {})
    assert not _wrong({"a": False}, {}, {"a": "why"})
    assert _wrong({"a": True}, {"a": "why"}, {}) == {"a": True}
    assert _wrong({"a": False, "b": "1:1: parse error"}, {}, {"b": "why"}) == {"a": False, "b": "1:1: parse error"}
    assert _wrong({}, {"a": "why"}, {}) == {"a": "no such query"}
