"""What makes `keep: used` useless: a query that reads series whatever their name."""

from collections.abc import Iterator

from generator.used import of_template, reads_any
from watchspec.problems import Finding, Path
from watchspec.spec import Spec


def of_kept(spec: Spec) -> Iterator[Finding]:
    """A warning for each of them: where one is, everything is kept."""
    for path, query in _queries(spec):
        if reads_any(query):
            said = "reads series whatever their name, so prometheus.keep: used keeps everything; name a metric"
            yield Finding(path, said, warning=True)


def _queries(spec: Spec) -> Iterator[tuple[Path, str]]:
    """Those that the user has written."""
    for index, rule in enumerate(spec.rules):
        yield ("rules", index, "expr"), rule.expr
        for key, text in (("summary", rule.summary), ("description", rule.description)):
            yield from ((("rules", index, key), query) for query in of_template(text))
    for index, service in enumerate(spec.services):
        source = service.slo.from_ if service.slo else None
        for key in ("total", "bad", "good"):
            if isinstance(written := getattr(source, key, None), str):
                yield ("services", index, "slo", "from", key), written
