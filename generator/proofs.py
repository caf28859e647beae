"""Cohorts → `rules/<kind>.yml` and `rules/tests/<kind>.yml`: unit tests of every rule, for `promtool test rules`.

Every setting has a test that fires and one that is silent, with one target for all of its cohort; every alert is also
tested without data, on a counter reset and on a restart.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from generator import rules
from generator.cases import Case, Proved, numbers
from generator.catalogue import Alert, alerts
from generator.cohorts import Cohort
from generator.layout import Files, Layout
from generator.yamltext import BANNER
from watchspec.spec import Spec
from watchspec.units import Duration

# What may not stand in a double-quoted scalar as it is, https://yaml.org/spec/1.2.2/#57-escaped-characters
_ESCAPED: Final = re.compile(r'["\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]')


def emit(spec: Spec, layout: Layout) -> Files:  # every emitter has this signature
    """The rules of every kind with their tests beside them: one file, and one more for what needs days of series."""
    files: Files = {}
    for kind, compiled in rules.by_kind(spec):
        files[f"rules/{kind}.yml"] = rules.text(compiled)
        found = [case for name, pairs in compiled.items() for case in proved(alerts()[name], pairs)]
        for rhythm in sorted({case.rhythm for case in found} | {60}):
            name = kind if rhythm == 60 else f"{kind}-every-{Duration(rhythm * 1000)}"
            chosen = [case for case in found if case.rhythm == rhythm]
            silent = {case.alert: case.alert != "Watchdog" for case in found} if rhythm == 60 else {}
            files[f"rules/tests/{name}.yml"] = "".join(_file(kind, rhythm, chosen, silent))
    return files


def proved(alert: Alert, pairs: Sequence[tuple[Cohort, Mapping[str, object]]]) -> Iterator[Case]:
    """The tests of all rules of `alert`."""
    by_subject: dict[tuple[str, str | None], list[Cohort]] = {}
    for cohort, _ in pairs:
        by_subject.setdefault((cohort.targets[0], cohort.shape.queue), []).append(cohort)
    for number, ((target, queue), own) in enumerate(by_subject.items()):
        alike = tuple(pair for pair in pairs if pair[0].shape.queue == queue and target in pair[0].targets)
        shape = own[0].shape
        context = {**numbers(shape.setting.parameters), "queue": queue, "http": shape.http}
        yield from Proved(alert, target, alike, context).cases(own, first=number == 0)


def _file(kind: str, rhythm: int, cases: Sequence[Case], silent: Mapping[str, bool]) -> Iterator[str]:
    yield f"# {BANNER}\nrule_files: [../{kind}.yml]\nevaluation_interval: {rhythm}s\ntests:\n"
    if quiet := [name for name, is_silent in silent.items() if is_silent]:
        yield "  - name: without data all is silent\n    interval: 60s\n    input_series: []\n    alert_rule_test:\n"
        for name in quiet:
            yield f"      - {{eval_time: 15m, alertname: {name}, exp_alerts: []}}\n"
    for case in cases:
        yield from _test(case)


def _test(case: Case) -> Iterator[str]:
    yield f"  - name: {_quoted(case.name)}\n    interval: {Duration(int(case.step * 1000))}\n    input_series:\n"
    for selector, values in case.series.items():
        yield f'      - {{series: {_quoted(selector)}, values: "{values}"}}\n'
    yield "    alert_rule_test:\n"
    for time in case.times:
        if not case.expected:
            yield f"      - {{eval_time: {time}s, alertname: {case.alert}, exp_alerts: []}}\n"
            continue
        yield f"      - eval_time: {time}s\n        alertname: {case.alert}\n        exp_alerts:\n"
        for alert in case.expected:
            yield f"          - exp_labels: {_flow(alert.labels)}\n            exp_annotations:\n"
            for name, text in alert.annotations.items():
                yield f"              {name}: {_quoted(text)}\n"


def _flow(texts: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{name}: {_quoted(text)}" for name, text in texts.items()) + "}"


def _quoted(text: str) -> str:
    """A double-quoted YAML scalar; written here, for PyYAML takes too long for tests of a thousand rules."""
    escaped = _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}" if found[0] not in '"\\' else f"\\{found[0]}", text)
    return f'"{escaped}"'
