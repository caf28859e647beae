"""The spec's own `rules:` → `rules/custom.yml` and the tests that prove them, `rules/tests/custom.yml`."""

from collections.abc import Iterator, Mapping
from typing import Final

from generator.catalogue import alerts
from generator.layout import Files, Layout
from generator.promql import literal, matcher
from generator.versions import KEEP_FIRING_FOR, reaches
from generator.yamltext import dump
from watchspec.problems import Finding, Path
from watchspec.spec import Rule, Spec
from watchspec.units import Duration

KIND: Final = "custom"
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}


def emit(spec: Spec, layout: Layout) -> Files:  # every emitter has this signature
    """Both files, or none where the spec has no rules of its own."""
    if not spec.rules:
        return {}
    tests = [test for index, rule in enumerate(spec.rules) for test in _tests(index, rule)]
    proof = {"rule_files": [f"../{KIND}.yml"], "evaluation_interval": "1m", "tests": tests}
    return {
        f"rules/{KIND}.yml": dump({"groups": [group(spec, rule) for rule in spec.rules]}),
        f"rules/tests/{KIND}.yml": dump(proof),
    }


def group(spec: Spec, rule: Rule) -> Mapping[str, object]:
    """The group of one rule; its texts are templates of Prometheus, as the user wrote them."""
    timing = {"for": rule.for_}
    if reaches(spec.versions.prometheus, KEEP_FIRING_FOR):
        timing["keep_firing_for"] = rule.keep_firing_for
    texts = {"summary": rule.summary, "description": rule.description, "runbook_url": rule.runbook or ""}
    own = {label: literal(text) for label, text in rule.labels.items()}
    compiled = {
        "alert": rule.alert,
        "expr": rule.expr,
        **{key: str(duration) for key, duration in timing.items() if duration and duration.milliseconds},
        "labels": {**own, "severity": literal(rule.severity), "kind": KIND},
        "annotations": {name: text for name, text in texts.items() if text},
    }
    return {"name": rule.alert, "rules": [compiled]}


def _tests(index: int, rule: Rule) -> Iterator[Mapping[str, object]]:
    """One on the series that the spec gives, and one without any."""
    if rule.test is None:
        return
    test, looks = rule.test, [_look(index, rule, "fires_at", rule.test.fires_at, fires=True)]
    if test.silent_at is not None:
        looks.append(_look(index, rule, "silent_at", test.silent_at, fires=False))
    yield {
        "name": f"rules[{index}]",
        "interval": "1m",
        "input_series": [{"series": series, "values": values} for series, values in test.series.items()],
        "promql_expr_test": looks,
    }
    yield {
        "name": f"rules[{index}] without data",
        "interval": "1m",
        "input_series": [],
        "promql_expr_test": [_look(index, rule, "on_no_data", test.fires_at, fires=test.on_no_data == "fires")],
    }


def _look(index: int, rule: Rule, key: str, at: Duration, *, fires: bool) -> Mapping[str, object]:
    """Whether the alert is firing; promtool names an expression that fails, but not its test, so it names the key."""
    firing = f'ALERTS{{{matcher("alertname", [rule.alert])}, alertstate="firing"}}'
    mark = f" # rules[{index}].test.{key}"
    if not fires:
        return {"expr": firing + mark, "eval_time": str(at), "exp_samples": []}
    expected = [{"labels": "{}", "value": 1}]
    return {"expr": f"count({firing}) >= bool 1{mark}", "eval_time": str(at), "exp_samples": expected}


def of_rules(spec: Spec) -> Iterator[Finding]:
    """What is wrong with the spec's own rules, as far as it can be seen without Prometheus."""
    for index, rule in enumerate(spec.rules):
        path: Path = ("rules", index)
        if rule.alert in alerts():
            yield Finding((*path, "alert"), f"{rule.alert} is an alert of the catalogue; choose another name")
        if fault := unbalanced(rule.expr):
            yield Finding((*path, "expr"), fault)
        if rule.test is None:
            yield Finding(path, "has no test; add test: {series: {SELECTOR: VALUES}, fires_at: 5m}", warning=True)


def unbalanced(expr: str) -> str | None:
    """What is wrong with the brackets and quotes of PromQL, or nothing: all that is known of it without promtool."""
    if not expr.strip():
        return "is empty; write an expression that returns a series when the alert shall fire"
    opened: list[str] = []
    quote, escaped = "", False
    for sign in expr:
        if quote:
            quote = "" if sign == quote and not escaped else quote
            escaped = sign == "\\" and not escaped and quote != "`"
        elif sign in "\"'`":
            quote = sign
        elif sign in "([{":
            opened.append(sign)
        elif sign in _PAIRS and (not opened or opened.pop() != _PAIRS[sign]):
            return f'has a "{sign}" too many'
    if quote:
        return f"has a {quote} that is not closed"
    return f'has a "{opened[-1]}" that is not closed' if opened else None
