"""Tests of many targets, side by side in one: promtool evaluates all rules anew for every test.

What would take a test for each of a thousand settings takes a few, and also shows that targets do not disturb each
other.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from generator.cases import Case

_TARGET: Final = re.compile(r'target="((?:[^"\\]|\\.)*)"')
_MOST: Final = 9_000
"""promtool loads at most 10,000 samples for a query."""


@dataclass
class _Batch:
    """Cases that ask the same of different targets."""

    cases: list[Case] = field(default_factory=list)
    targets: set[str] = field(default_factory=set)
    samples: int = 0

    def takes(self, case: Case) -> bool:
        """Take it, if it is about other targets and there is room."""
        targets = {target for selector in case.series for target in _TARGET.findall(selector)}
        samples = self.samples + len(case.series) * int(case.times[-1] / case.step + 1)
        if self.cases and (samples > _MOST or not targets.isdisjoint(self.targets)):
            return False
        self.cases.append(case)
        self.targets |= targets
        self.samples = samples
        return True

    def joined(self) -> Case:
        """One case of all."""
        first = self.cases[0]
        if len(self.cases) == 1:
            return first
        series = {selector: values for case in self.cases for selector, values in case.series.items()}
        expected = tuple(alert for case in self.cases for alert in case.expected)
        return replace(first, name=f"{_question(first)} of {len(self.cases)} targets", series=series, expected=expected)


def batched(cases: Iterable[Case]) -> list[Case]:
    """The cases, with those brought together that ask the same of other targets at the same seconds."""
    found: dict[object, list[_Batch]] = {}
    for case in cases:
        question = (case.alert, _question(case), case.rhythm, case.step, case.times, bool(case.expected))
        batches = found.setdefault(question, [])
        if not any(batch.takes(case) for batch in batches):
            batches.append(_Batch())
            batches[-1].takes(case)
    return [batch.joined() for batches in found.values() for batch in batches]


def _question(case: Case) -> str:
    """What is asked, without the threshold."""
    return case.name.partition(" of ")[0]
