"""A PostgreSQL server."""

from typing import Annotated, Literal

from pydantic import Field

from watchspec.spec._target import Target
from watchspec.spec.base import DurationText, LabelName, MetricName, Model, Patterns, SecretRef, Tls, url_of
from watchspec.units import Duration


class Statements(Model):
    """Figures of the costliest statements, from pg_stat_statements."""

    top: int = Field(20, ge=1, le=1000)
    """How many statements, by total time."""
    text: bool = False
    """Whether to publish the text of the query; it may hold personal data."""


class Query(Model):
    """A business metric: the rows of one read-only query."""

    name: MetricName
    """Of the metric."""
    help: str
    """What the metric means, for whoever finds it."""
    sql: str
    """Run in a read-only transaction."""
    type: Literal["gauge", "counter"] = "gauge"
    """What kind of metric it is."""
    value: str = "value"
    """The column with the sample's value."""
    labels: tuple[LabelName, ...] = ()
    """Columns that become labels."""
    every: DurationText = Duration(60_000)
    """How old a result may be before the query runs again."""
    timeout: DurationText = Duration(5_000)
    """How long it may run before it is cancelled."""
    rows: int = Field(1000, ge=1)
    """The most rows to publish; what is cut is counted."""
    database: str | None = None
    """The database to ask; the URL's by default."""


class Postgres(Target):
    """One PostgreSQL server."""

    url: Annotated[str, url_of("postgresql", "postgres")]
    """`postgresql://USER@HOST:PORT/DATABASE`, without a password."""
    password: SecretRef | None = None
    """Where the password lies."""
    tls: Tls | None = None
    """How its certificate is verified."""
    databases: Patterns = Patterns()
    """Databases to report."""
    statements: Statements | None = None
    """Publish the costliest statements."""
    queries: tuple[Query, ...] = ()
    """Business metrics in SQL."""
