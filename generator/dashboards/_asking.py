"""What panels ask of the chosen targets: gauges and counters by target, or by more labels."""

from generator.dashboards._board import SELECTED


def gauge(metric: str, by: str = "target", more: str = "") -> str:
    """The highest value of `metric` now; `more` are matchers besides that of the target."""
    return f"max by ({by}) ({metric}{{{matching(more)}}})"


def total(metric: str, by: str = "target", more: str = "") -> str:
    """The sum of the gauges `metric` now."""
    return f"sum by ({by}) ({metric}{{{matching(more)}}})"


def rate(metric: str, by: str = "target", more: str = "") -> str:
    """The growth of the counters `metric` in a second."""
    return f"sum by ({by}) (rate({metric}{{{matching(more)}}}[$__rate_interval]))"


def growth(metric: str, by: str = "target", more: str = "") -> str:
    """The growth of the counters `metric` over all of the time that the dashboard shows."""
    return f"sum by ({by}) (increase({metric}{{{matching(more)}}}[$__range]))"


def else_zero(query: str, up: str, label: str = "", value: str = "") -> str:
    """`query`, and 0 for those of `up` that answer and of which it knows nothing; their `label` is `value`."""
    zero = f"0 * ({up} == 1)"
    named = f'label_replace({zero}, "{label}", "{value}", "", "")' if label else zero
    return f"({query}) or on (target) {named}"


def matching(more: str = "") -> str:
    """Matchers of the chosen targets, and `more`."""
    return f"{more}, {SELECTED}" if more else SELECTED
