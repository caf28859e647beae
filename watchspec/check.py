"""Everything that is known to be wrong with a spec: its form, its meaning, and what the generator cannot compile."""

from datetime import UTC, datetime
from pathlib import Path

from watchspec import telling
from watchspec.errors import SpecInvalid
from watchspec.load import Loaded, load
from watchspec.problems import Problem


def checked(path: Path, now: datetime | None = None) -> Loaded:
    """Load the spec at `path` and let the generator look at it too; raise `SpecInvalid` with every problem.

    `now`, which knows its zone, is when windows are over; the present by default.
    """
    from generator.findings.whole import findings  # noqa: PLC0415  # the catalogue is read only by who asks about it

    loaded = load(path)
    seen = [*findings(loaded.spec), *telling.over(loaded.spec, now or datetime.now(UTC))]
    # What is wrong already need not be said twice, in other words.
    if loaded.spec.rules and not any(finding.path[:1] == ("rules",) and not finding.warning for finding in seen):
        from watchspec.promtool import refused  # noqa: PLC0415  # starting programs takes long to import

        seen += refused(loaded)
    found = [loaded.source.problem(f.path, f.message, warning=f.warning) for f in seen]
    if wrong := [problem for problem in found if not problem.warning]:
        raise SpecInvalid(wrong)
    warnings = sorted([*loaded.warnings, *found], key=Problem.order)
    return Loaded(loaded.spec, loaded.source, loaded.folder, tuple(warnings))
