"""What a query on PostgreSQL's views is: its statement, the columns that are values, those that are labels."""

from typing import Final, NamedTuple

from exporter.families import FamilyType

NAN: Final = float("nan")


class Column(NamedTuple):
    """A column with a sample's value; one that the server's version lacks gives no family."""

    column: str
    name: str
    help: str
    type: FamilyType = "gauge"
    null: float | None = None
    """What stands for NULL; without it, no sample."""
    divisor: float = 1.0
    """Server's units in a base unit."""


class Query(NamedTuple):
    """One statement. Values are numbers: a switch is cast to int, a moment is in Unix seconds."""

    collector: str
    sql: str
    columns: tuple[Column, ...]
    labels: tuple[str, ...] = ()
    """Columns that are labels; NULL is the empty text."""
    server: bool = False
    """Whether the samples carry the label of the server's address."""
    since: int = 0
    """Major version that has it first."""
    until: int = 1000
    """Major version that has it no more."""
    tables: bool = False
    """Whether it takes what `tables:` says: $1 and $2 are regular expressions of SCHEMA.TABLE to take and to leave
    out, $3 is how many tables to read at most."""


def gauge(column: str, name: str, help_: str, null: float | None = None) -> Column:
    """A value that goes up and down."""
    return Column(column, name, help_, "gauge", null)


def counter(column: str, name: str, help_: str, null: float | None = None) -> Column:
    """A value that only grows."""
    return Column(column, name, help_, "counter", null)
