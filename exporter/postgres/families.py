"""Rows → samples."""

import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from exporter.families import Families, escaped
from exporter.postgres.query import Query
from exporter.postgres.session import Rows

if TYPE_CHECKING:
    from watchspec.spec.base import Patterns

Chosen = Callable[[str], bool]


def fill(out: Families, query: Query, found: Rows, server: str, chosen: Chosen) -> None:
    """Add the samples of a query's rows, of the databases that are `chosen`; `server` is a rendered label."""
    index = {name: position for position, name in enumerate(found.columns)}
    rows = found.rows
    if "datname" in query.labels:
        at = index["datname"]
        rows = [row for row in rows if chosen((row[at] or b"").decode())]
    labels = list(rendered(found._replace(rows=rows), query.labels, server if query.server else ""))
    for column in query.columns:
        at = index.get(column.column, -1)
        if at < 0:
            continue  # this version has no such column
        family = out.family(column.name, column.type, column.help)
        for row, label in zip(rows, labels, strict=True):
            value = row[at]
            if value is not None:
                family.add(float(value) / column.divisor, label)
            elif column.null is not None:
                family.add(column.null, label)


def rendered(found: Rows, names: tuple[str, ...], more: str = "") -> Iterator[str]:
    """The labels of each row, and `more` that are rendered; NULL is the empty text."""
    at = [(name, found.columns.index(name)) for name in names]
    tail = [more] if more else []
    for row in found.rows:
        yield ",".join([f'{name}="{escaped((row[index] or b"").decode())}"' for name, index in at] + tail)


def choice(patterns: "Patterns") -> Chosen:
    """Whether a name is included and not excluded; shell patterns."""
    include, exclude = patterns.include, patterns.exclude
    if not include and not exclude:
        return lambda _: True

    def chosen(name: str) -> bool:
        included = not include or any(fnmatchcase(name, pattern) for pattern in include)
        return included and not any(fnmatchcase(name, pattern) for pattern in exclude)

    return chosen


def regular_expression(patterns: tuple[str, ...]) -> str:
    """Shell patterns as one regular expression of PostgreSQL; the empty text for none."""
    return f"^({'|'.join(map(_expression, patterns))})$" if patterns else ""


def _expression(pattern: str) -> str:
    """`*`, `?`, `[ab]` and `[!ab]`; everything else stands for itself."""
    parts = re.split(r"(\*|\?|\[[^\]]+\])", pattern)
    shell = {"*": ".*", "?": "."}
    return "".join(
        shell.get(part) or (part.replace("[!", "[^", 1) if index % 2 else re.escape(part))
        for index, part in enumerate(parts)
    )
