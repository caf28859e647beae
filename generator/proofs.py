"""Cohorts → `rules/<kind>.yml` and `rules/tests/<kind>.yml`: unit tests of every rule, for `promtool test rules`.

Every setting has a test that fires and one that is silent, with one target for all of its cohort; every alert is also
tested without data, on a counter reset and on a restart. Settings that ask the same share a test.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from generator import rules
from generator.batches import batched
from generator.cases import Case, Proved, numbers
from generator.catalogue import Alert, alerts
from generator.cohorts import Cohort
from generator.layout import Files, Layout
from generator.slos import Objective
from generator.yamltext import BANNER
from watchspec.spec import Spec
from watchspec.units import Duration

# What may not stand in a double-quoted scalar as it is, https://yaml.org/spec/1.2.2/#57-escaped-characters
_ESCAPED: Final = re.compile(r'["\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]')


def emit(spec: Spec, layout: Layout, asked: Iterable[str] = ()) -> Files:  # every emitter has this signature
    """The rules of every kind with their tests beside them: one file, and one more for what needs days of series.

    `asked` are the records that other outputs read.
    """
    files: Files = {}
    for file in rules.files(spec, asked):
        kind = file.kind
        files[f"rules/{kind}.yml"] = file.text()
        found = batched(case for name, pairs in file.alerts.items() for case in proved(alerts()[name], pairs))
        for rhythm in sorted({case.rhythm for case in found} | {60}):
            name = kind if rhythm == 60 else f"{kind}-every-{Duration(rhythm * 1000)}"
            chosen = [case for case in found if case.rhythm == rhythm]
            proven = dict.fromkeys(case.alert for case in found) if rhythm == 60 else ()
            quiet = [alert for alert in proven if not alerts()[alert].tests.blind]
            files[f"rules/tests/{name}.yml"] = "".join(_file(file, rhythm, chosen, quiet))
    return files


def proved(alert: Alert, pairs: Sequence[tuple[Cohort, Mapping[str, object]]]) -> Iterator[Case]:
    """The tests of all rules of `alert`."""
    by_subject: dict[tuple[str, str | None, Objective | None], list[Cohort]] = {}
    for cohort, _ in pairs:
        by_subject.setdefault((cohort.targets[0], cohort.shape.queue, cohort.shape.slo), []).append(cohort)
    for number, ((target, queue, slo), own) in enumerate(by_subject.items()):
        alike = tuple(
            pair
            for pair in pairs
            if (pair[0].shape.queue, pair[0].shape.slo) == (queue, slo) and target in pair[0].targets
        )
        shape = own[0].shape
        context = {
            **numbers(shape.setting.parameters),
            "queue": queue,
            "others": shape.others,
            "http": own[0].http,
            "metric": shape.metric,
            "slo": slo,
        }
        yield from Proved(alert, target, alike, context).cases(own, first=number == 0)


def _file(file: rules.RuleFile, rhythm: int, cases: Sequence[Case], quiet: Sequence[str]) -> Iterator[str]:
    yield f"# {BANNER}\nrule_files: [../{file.kind}.yml]\nevaluation_interval: {rhythm}s\n"
    if any(record.every for record in file.records):  # promtool would take the groups in any order
        yield f"group_eval_order: [{', '.join(_quoted(str(group['name'])) for group in file.groups())}]\n"
    yield "tests:\n"
    if quiet:
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
