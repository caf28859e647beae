"""The same hour of past weeks, in PromQL."""

from typing import Final

from generator.promql import Promql

WEEKS: Final = 4
"""How many are looked back: with four, one that was out of the ordinary moves no median."""


def past(record: str, target: str, quantile: str) -> Promql:
    """That quantile of `record` over the hour around this time of day in each past week, told apart by `week`.

    An offset cannot be computed in PromQL, so every week has its own. The ranges end half an hour after that time.
    """
    return Promql("\n  or\n  ".join(_week(record, target, quantile, week) for week in range(1, WEEKS + 1)))


def _week(record: str, target: str, quantile: str, week: int) -> str:
    hour = f"{record}{{{target}}}[1h] offset {7 * week - 1}d23h30m"
    return f'label_replace(quantile_over_time({quantile}, {hour}), "week", "{week}", "", "")'
