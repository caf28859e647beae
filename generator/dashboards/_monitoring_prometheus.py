"""Panels of Prometheus: what it scrapes, keeps, evaluates and answers."""

from collections.abc import Sequence
from typing import Final

from generator.dashboards._face import GREEN, ORANGE, RED, Column, Face, Query, Threshold
from generator.dashboards._sdk import model, units
from generator.dashboards._tables import Figure, sheet, targets
from generator.prometheus import scrape_timeout
from watchspec.spec import Spec

_OF: Final = 'job="prometheus"'
_PARTS: Final = 'job=~"watchspec|prometheus|alertmanager"'
_SHORT: Final = model.RegexMap(
    model.DashboardRegexMapOptions(pattern=".*;(.*)", result=model.ValueMappingResult(text="$1"))
)
"""Groups are called `file;group`; the group's name says all."""
_SLOWEST: Final = 20
"""How many groups of rules are listed."""


def scrape_time(spec: Spec) -> Face:
    """How near scrapes are to their timeout."""
    seconds = scrape_timeout(spec).milliseconds / 1000
    return Face(
        title="Scrape time",
        description=f"How long the slowest scrape of each part takes; at {scrape_timeout(spec)} it is cut off, and all "
        "its series are missing. Far below is normal. If it is the exporter's, see below which target takes long.",
        unit=units.Seconds,
        queries=[
            Query(f"max by (job) (scrape_duration_seconds{{{_PARTS}}})", "{{job}}"),
            *(
                [Query(f"max(scrape_duration_seconds{{{_PARTS.replace('=~', '!~')}}})", "slowest service")]
                if any(service.metrics for service in spec.services)
                else []
            ),
        ],
        thresholds=(Threshold(0.8 * seconds, ORANGE), Threshold(seconds, RED)),
    )


def scrapes(spec: Spec) -> model.Panel:
    """Every page that Prometheus scrapes."""
    by = "by (job, target)"
    figures = (
        Figure("Answers", f"min {by} (up)", units.Short, texts={0: ("no", RED), 1: ("yes", GREEN)}),
        Figure("Took", f"max {by} (scrape_duration_seconds)", units.Seconds),
        Figure("Samples", f"sum {by} (scrape_samples_post_metric_relabeling)", units.Short),
        Figure("New series", f"sum {by} (sum_over_time(scrape_series_added[$__range]))", units.Short),
    )
    face = Face(
        title="What Prometheus scrapes",
        description="Every page: whether all its replicas answer, how long the slowest takes, how many samples it has, "
        "and how many series were new in the shown time. A target whose series are always new has a label that never "
        "repeats: find and drop it.",
        unit=units.Short,
    )
    keys = {"target": targets(spec, "Target", "overview"), "job": Column("Job")}
    return sheet(spec, face, keys, figures, sort="Took", falling=True)


def rule_groups(spec: Spec) -> model.Panel:
    """The rule groups that cost most."""
    took, of, number = (
        f"max by (rule_group) (prometheus_rule_group_{name}{{{_OF}}})"
        for name in ("last_duration_seconds", "interval_seconds", "rules")
    )
    slowest = f"topk({_SLOWEST}, {took} / ({of} > 0))"
    figures = (
        Figure("Of its interval", slowest, units.PercentUnit, "PrometheusRuleGroupSlow"),
        Figure("Took", f"{took} and {slowest}", units.Seconds),
        Figure("Interval", f"{of} and {slowest}", units.Seconds),
        Figure("Rules", f"{number} and {slowest}", units.Short),
    )
    face = Face(
        title="Slowest rule groups",
        description="The groups that took most of the time between two evaluations, and how much. A percent is normal; "
        "near 100% evaluations are left out and alerts come late: raise the scrape interval, or look at a rule of your "
        "own that reads very many series.",
        unit=units.PercentUnit,
    )
    keys = {"rule_group": Column("Group", {"mappings": [_SHORT]})}
    return sheet(spec, face, keys, figures, sort="Of its interval", falling=True)


RULES: Final = Face(
    title="Rule evaluation",
    description="The slowest group of rules as a share of the time that it has, and all groups as a share of one core. "
    "A few percent are normal; at 100% evaluations are left out and alerts come late.",
    unit=units.PercentUnit,
    queries=(
        Query(
            f"max(prometheus_rule_group_last_duration_seconds{{{_OF}}}"
            f" / (prometheus_rule_group_interval_seconds{{{_OF}}} > 0))",
            "slowest group",
        ),
        Query(f"sum(rate(prometheus_rule_group_duration_seconds_sum{{{_OF}}}[$__rate_interval]))", "all, of a core"),
    ),
    alert="PrometheusRuleGroupSlow",
)
"""Whether rules are evaluated in time."""

SAMPLES: Final = Face(
    title="Samples taken in",
    description="Samples that Prometheus stores a second. Flat is normal. A step down is a target that is gone, zero a "
    "full disk; a climb without new targets is a label with ever new values.",
    unit=units.Short,
    queries=(Query(f"sum(rate(prometheus_tsdb_head_samples_appended_total{{{_OF}}}[$__rate_interval]))", "a second"),),
    related="PrometheusNotIngesting",
)
"""Whether Prometheus stores anything."""

ALERTS: Final = Face(
    title="Alerts to Alertmanager",
    description="Alerts that Prometheus hands over a minute, each again every minute or so while it fires. Errors and "
    "losses are none when all is well: see whether Alertmanager runs, and whether Prometheus reaches it.",
    unit=units.CountsPerMinute,
    queries=tuple(
        Query(f"60 * sum(rate(prometheus_notifications_{name}_total{{{_OF}}}[$__rate_interval]))", legend)
        for name, legend in (("sent", "handed over"), ("errors", "failed"), ("dropped", "lost"))
    ),
    related="PrometheusErrorSendingAlerts",
)
"""Whether alerts leave Prometheus."""

_SERIES: Final = Face(
    title="Series in memory",
    description="Series that were written to lately; each takes some kilobytes of memory. Flat, with a step down every "
    "two hours, is normal. If it only climbs, see which target adds series above.",
    unit=units.Short,
    queries=(Query(f"max(prometheus_tsdb_head_series{{{_OF}}})", "series"),),
)

_CHURN: Final = Face(
    title="Series that come and go",
    description="New and forgotten series a second. Near zero is normal, with peaks at restarts and every two hours. "
    "Steadily many new ones are a label with ever new values, such as a request's id.",
    unit=units.CountsPerSecond,
    queries=tuple(
        Query(f"sum(rate(prometheus_tsdb_head_series_{name}_total{{{_OF}}}[$__rate_interval]))", legend)
        for name, legend in (("created", "new"), ("removed", "forgotten"))
    ),
)

_QUERIES: Final = Face(
    title="Query time",
    description="How long Prometheus takes to evaluate a query, also of a rule: half take less than p50, 9 of 10 less "
    "than p90, 99 of 100 less than p99. Milliseconds are normal; seconds are a rule or a panel that reads too much.",
    unit=units.Seconds,
    queries=tuple(
        Query(
            f'max(prometheus_engine_query_duration_seconds{{slice="inner_eval", quantile="{quantile}", {_OF}}})', legend
        )
        for quantile, legend in (("0.5", "p50"), ("0.9", "p90"), ("0.99", "p99"))
    ),
    related="PrometheusQueriesFull",
)


def storage(spec: Spec) -> Sequence[Face]:
    """What Prometheus keeps."""
    return (_SERIES, _CHURN, _disk(spec), _QUERIES)


def _disk(spec: Spec) -> Face:
    taken = " + ".join(
        f"(max(prometheus_tsdb_{name}_bytes{{{_OF}}}) or vector(0))"
        for name in ("storage_blocks", "wal_storage_size", "head_chunks_storage_size")
    )
    limit = [Query(f"max(prometheus_tsdb_retention_limit_bytes{{{_OF}}})", "limit")]
    return Face(
        title="Disk taken",
        description=f"What the samples of up to {spec.prometheus.retention} take on disk; before version 3 without "
        "the newest two hours. It grows until the oldest go, then stays. Set `retention_size` if others need the "
        "disk, too.",
        unit=units.BytesIEC,
        queries=[Query(taken, "taken"), *(limit if spec.prometheus.retention_size else [])],
    )


REMOTE: Final = (
    Face(
        title="Remote write",
        description="Samples sent to the remote storage, sent again, and given up, a second. Only the first is normal; "
        "what is given up is missing there for good.",
        unit=units.CountsPerSecond,
        queries=tuple(
            Query(f"sum(rate(prometheus_remote_storage_samples_{name}{{{_OF}}}[$__rate_interval]))", legend)
            for name, legend in (("total", "sent"), ("retried_total", "again"), ("failed_total", "given up"))
        ),
    ),
    Face(
        title="Remote write behind",
        description="How old the newest sample is that the remote storage has. Seconds are normal; if it climbs, the "
        "storage or the way to it is too slow, and after some two hours samples are lost.",
        unit=units.Seconds,
        queries=(
            Query(
                f"time() - min by (url) (prometheus_remote_storage_queue_highest_sent_timestamp_seconds{{{_OF}}} > 0)",
                "{{url}}",
            ),
        ),
        related="PrometheusRemoteWriteFailing",
    ),
)
"""What is sent on, where the spec says so."""
