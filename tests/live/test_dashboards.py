"""Every query of every dashboard, asked of a stack at work: none is empty or an error, figures are the source's.

Our own dashboards, and queries of well-known ones that others have made.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import pytest

from generator.grafana import DASHBOARDS, encode
from tests.support.asking import RefusedQuery
from tests.support.community import NAMES, board
from tests.support.panels import Asker, Json, Question, Variables, questions
from tests.support.whole_stack import Whole, whole_stack

EMPTY: Final[Mapping[str, Mapping[str, str]]] = {}
"""Dashboard → query (`panel / legend`) → why it has nothing to show on this stack."""
MACHINE: Final[Mapping[str, Mapping[str, str]]] = {}
"""Dashboard → query → why it has nothing to show on some machines."""


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
    asker = whole.asker()
    variables = asker.variables(dashboard)
    asked = list(questions(dashboard))
    answers = {**_filled(dashboard, variables), **_answers(asker, asked, variables)}
    panels = {question.place for question in asked}
    say.append(f"{name}: {len(panels)} panels, {_counted(answers)}")
    assert not _wrong(answers, EMPTY.get(name, {}), MACHINE.get(name, {}))


@pytest.mark.parametrize("name", NAMES)
def test_dashboards_of_others_find_their_job_and_instance(whole: Whole, name: str, say: list[str]) -> None:
    """Their variables and queries, unchanged."""
    found = board(name)
    asker = whole.asker()
    templating = found.templating()
    variables = asker.variables(templating)
    answers = {**_filled(templating, variables), **_answers(asker, found.questions(), variables)}
    say.append(f"{found.name}: {_counted(answers)}")
    assert not _wrong(answers, found.empty, found.machine)


def _filled(dashboard: Json, variables: Variables) -> dict[str, bool | str]:
    """Variable with a query → whether that gives a value."""
    asked = [one["name"] for one in dashboard["templating"]["list"] if one["type"] == "query"]
    return {f"variable: {name}": any(variables[name].values) for name in asked}


def _answers(asker: Asker, asked: Iterable[Question], variables: Variables) -> dict[str, bool | str]:
    """Query → whether it has data, or what Prometheus has against it."""
    found: dict[str, bool | str] = {}
    for question in asked:
        try:
            found[str(question)] = bool(asker.ask(question, variables))
        except RefusedQuery as error:
            found[str(question)] = f"{error}: {question.expr}"
    return found


def _counted(answers: Mapping[str, bool | str]) -> str:
    return f"{len(answers)} queries, {sum(answer is True for answer in answers.values())} with data"


def _wrong(
    answers: Mapping[str, bool | str], empty: Mapping[str, str], machine: Mapping[str, str]
) -> dict[str, str | bool]:
    """What is not as it should be: errors, the unexpectedly empty, and exceptions that nobody needs."""
    found = {name: answer for name, answer in answers.items() if answer is not (name not in empty)}
    kept = {name: answer for name, answer in found.items() if isinstance(answer, str) or name not in machine}
    return kept | dict.fromkeys({*empty, *machine} - answers.keys(), "no such query")


def test_an_exception_that_nobody_needs_is_wrong() -> None:
    """And so is one for a query that is gone."""
    assert not _wrong({"a": True, "b": False}, {"b": "why"}, {})
    assert not _wrong({"a": False}, {}, {"a": "why"})
    assert _wrong({"a": True}, {"a": "why"}, {}) == {"a": True}
    assert _wrong({"a": False, "b": "1:1: parse error"}, {}, {"b": "why"}) == {"a": False, "b": "1:1: parse error"}
    assert _wrong({}, {"a": "why"}, {}) == {"a": "no such query"}
