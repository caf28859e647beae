"""A PostgreSQL server."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field

from watchspec.explain import suggestion
from watchspec.spec._target import Target
from watchspec.spec.base import DurationText, LabelName, MetricName, Model, Patterns, SecretRef, Tls, url_of
from watchspec.units import Duration

COLLECTORS: Final = (
    "bloat",
    "database",
    "database_wraparound",
    "lock_waits",
    "locks",
    "long_running_transactions",
    "postmaster",
    "replication",
    "replication_slot",
    "replication_slots",
    "roles",
    "settings",
    "stat_activity",
    "stat_archiver",
    "stat_bgwriter",
    "stat_checkpointer",
    "stat_database",
    "stat_database_conflicts",
    "stat_progress_vacuum",
    "stat_replication",
    "stat_user_tables",
    "stat_wal_receiver",
    "statio_user_indexes",
    "statio_user_tables",
    "unused_indexes",
    "wal",
)
_BUILT_IN: Final = ("pg_", "redis_", "node_", "probe_", "watchspec_", "process_", "python_", "scrape_")


def _no_password(url: str) -> str:
    if re.search(r"[?&](password|sslpassword)=", url):
        raise ValueError(
            "a password does not belong in a URL; remove it and write password: {file: PATH} or {env: NAME}"
        )
    return url


def _own_name(name: str) -> str:
    """The exporter's own families keep their names to themselves."""
    for prefix in _BUILT_IN:
        if name.startswith(prefix) or name == "up":
            raise ValueError(f'"{name}" is a name of the exporter\'s own; begin with another word than {prefix}')
    return name


def _no_target(name: str) -> str:
    if name == "target":
        raise ValueError('"target" is the label that every series carries already; rename the column with AS')
    return name


def _collector(name: str) -> str:
    if name not in COLLECTORS:
        raise ValueError(f'there is no collector "{name}"; {suggestion(name, list(COLLECTORS))}')
    return name


class Statements(Model):
    """Figures of the costliest statements, from pg_stat_statements."""

    top: int = Field(20, ge=1, le=1000)
    """How many statements, by total time."""
    text: bool = False
    """Whether to publish the text of the query, cut at 120 characters; it may hold personal data."""


class Tables(Model):
    """Which tables have figures of their own."""

    databases: Literal["connected", "all"] = "connected"
    """Tables of the URL's database alone, or of all that `databases:` takes, over one connection each."""
    include: tuple[str, ...] = ()
    """Only tables that match one of these (`SCHEMA.TABLE`, shell patterns); empty means everything."""
    exclude: tuple[str, ...] = ()
    """Never tables that match one of these."""
    limit: int = Field(500, ge=1, le=10_000)
    """The most tables of a database, the largest first; how many are left out is counted."""
    every: DurationText = Duration(60_000)
    """How old figures of other databases, of bloat and of unused indexes may be before they are read again."""


class Query(Model):
    """A business metric: the rows of one read-only query."""

    name: Annotated[MetricName, AfterValidator(_own_name)]
    """Of the metric."""
    help: str
    """What the metric means, for whoever finds it."""
    sql: str
    """One SELECT, VALUES or TABLE; run in a read-only transaction."""
    type: Literal["gauge", "counter"] = "gauge"
    """What kind of metric it is."""
    value: str = "value"
    """The column with the sample's value; a row where it is NULL gives no sample."""
    labels: tuple[Annotated[LabelName, AfterValidator(_no_target)], ...] = ()
    """Columns that become labels."""
    every: DurationText = Duration(60_000)
    """How old a result may be before the query runs again."""
    timeout: DurationText = Duration(5_000)
    """How long it may run before it is cancelled; never longer than the scrape."""
    rows: int = Field(1000, ge=1)
    """The most rows to publish; whether more were cut is a metric."""
    database: str | None = None
    """The database to ask; the URL's by default."""

    def model_post_init(self, context: Any, /) -> None:  # noqa: ANN401  # pydantic's own signature
        """A label comes once, and is no value."""
        for name in self.labels:
            if self.labels.count(name) > 1 or name == self.value:
                raise ValueError(f'labels: "{name}" is named twice, or is the value; remove it')


class Postgres(Target):
    """One PostgreSQL server."""

    url: Annotated[str, url_of("postgresql", "postgres"), AfterValidator(_no_password)]
    """`postgresql://USER@HOST:PORT/DATABASE`, without a password."""
    password: SecretRef | None = None
    """Where the password lies."""
    tls: Tls | None = None
    """How its certificate is verified."""
    databases: Patterns = Patterns.model_construct()
    """Databases to report."""
    collectors: Mapping[Annotated[str, AfterValidator(_collector)], bool] = {}
    """Groups of figures to switch on or off, as `wal: false`; all are on but `bloat`, `statio_user_indexes` and
    `unused_indexes`."""
    tables: Tables = Tables.model_construct()
    """Which tables have figures of their own."""
    statements: Statements | None = None
    """Publish the costliest statements."""
    queries: tuple[Query, ...] = ()
    """Business metrics in SQL."""

    def model_post_init(self, context: Any, /) -> None:  # noqa: ANN401  # pydantic's own signature
        """Each query is told by its name."""
        names = [query.name for query in self.queries]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f'queries: two are called "{name}"; rename one')
