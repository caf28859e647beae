"""Figures as Markdown."""

from collections.abc import Iterable, Sequence

from bench.limits import Limit
from bench.measure import Cost

_COSTS = ("exporter", "CPU per scrape", "p50", "p99", "resident", "proportional", "series", "page", "sent")


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the first column to the left, the others to the right."""
    lines = [head, ["---", *("--:" for _ in head[1:])], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def of_costs(costs: Iterable[Cost], head: str = _COSTS[0]) -> str:
    """One row an exporter."""
    return markdown((head, *_COSTS[1:]), map(_row, costs))


def of_sum(name: str, costs: Sequence[Cost]) -> Cost:
    """The costs of several that run side by side: sums, and the slowest's times."""
    shares = [cost.proportional for cost in costs]
    return Cost(
        name, sum(cost.cpu for cost in costs), max(cost.p50 for cost in costs), max(cost.p99 for cost in costs),
        sum(cost.resident for cost in costs), None if None in shares else sum(share or 0 for share in shares),
        sum(cost.series for cost in costs), sum(cost.size for cost in costs), sum(cost.packed for cost in costs),
    )  # fmt: skip


def of_limits(limits: Iterable[Limit]) -> str:
    """One row a limit."""
    rows = ((limit.what, limit.found, limit.most, "yes" if limit.holds else "**no**") for limit in limits)
    return markdown(("limit", "found", "at most", "holds"), rows)


def milliseconds(seconds: float) -> str:
    """Two digits are as much as a shared machine tells."""
    value = seconds * 1000
    return f"{value:.0f} ms" if value >= 10 else f"{value:.1f} ms"


def megabytes(size: int | None) -> str:
    """Whole millions of bytes."""
    return "-" if size is None else f"{size / 1e6:.0f} MB"


def _row(cost: Cost) -> tuple[str, ...]:
    return (
        cost.name, milliseconds(cost.cpu), milliseconds(cost.p50), milliseconds(cost.p99), megabytes(cost.resident),
        megabytes(cost.proportional), str(cost.series), f"{cost.size / 1000:.0f} kB", f"{cost.packed / 1000:.0f} kB",
    )  # fmt: skip
