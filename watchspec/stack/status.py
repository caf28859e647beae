"""What `watchspec status` says: values, and the lines made of them."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """One program or container of the stack."""

    name: str
    state: str
    """`healthy`, `running`, or what it is instead, in words."""
    well: bool
    since: float | None = None
    """When it was started, in Unix seconds."""
    address: str = ""
    version: str = ""
    problem: str = ""
    """Why it is not well; a configuration that it refused, too."""


@dataclass(frozen=True, slots=True)
class Targets:
    """What is watched, as Prometheus has it."""

    up: int
    down: Sequence[str]
    unseen: Sequence[str] = ()
    """Of the spec, and Prometheus has nothing of them: it has just begun, or who asks them does not answer."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Recording and alerting rules."""

    loaded: int
    """That Prometheus runs."""
    generated: int
    """That the spec of now renders."""


@dataclass(frozen=True, slots=True)
class Status:
    """The stack at one moment; what nobody answered is `None`, and `unknown` says why."""

    way: str
    spec: str
    parts: Sequence[Part]
    targets: Targets | None = None
    firing: Mapping[str, int] | None = None
    """Severity → alerts that fire and that nothing mutes."""
    silences: int | None = None
    rules: Rules | None = None
    drift: Sequence[str] = ()
    """How what runs differs from what the spec renders."""
    unknown: Sequence[str] = field(default=())

    @property
    def well(self) -> bool:
        """Whether all parts are well, run what the spec says, and reach what they watch."""
        reached = self.targets is not None and not self.targets.down and not self.targets.unseen
        alone = not any(part.name == "prometheus" for part in self.parts)
        return all(part.well for part in self.parts) and not self.drift and (reached or alone)


def document(status: Status) -> dict[str, Any]:
    """For scripts: the values, and whether all is well."""
    return {"well": status.well, **asdict(status)}


def text(status: Status, now: float) -> str:
    """For people: a line for each part, then one for each question."""
    widths = [max(len(getattr(part, name)) for part in status.parts) for name in ("name", "state", "address")]
    lines = [f"{status.spec} runs {status.way}", ""]
    for part in status.parts:
        columns = [part.name.ljust(widths[0]), part.state.ljust(widths[1]), _since(part.since, now)]
        columns += [part.address.ljust(widths[2]), part.version]
        lines.append(f"  {'  '.join(columns)}".rstrip())
        lines += [f"  {'':{widths[0]}}  {part.problem}"] if part.problem else []
    return "\n".join([*lines, "", *_answers(status)])


def _since(moment: float | None, now: float) -> str:
    """When, and for how long, in as many characters each time."""
    if moment is None:
        return " " * 30
    age = now - moment
    unit, seconds = next(((u, s) for u, s in (("d", 86400), ("h", 3600), ("m", 60)) if age >= s), ("s", 1))
    return f"since {time.strftime('%Y-%m-%d %H:%M', time.localtime(moment))} ({age // seconds:.0f}{unit})".ljust(30)


def _answers(status: Status) -> Iterator[str]:
    if (found := status.targets) is not None:
        unseen = f"; {len(found.unseen)} not seen yet{_listed(found.unseen)}" if found.unseen else ""
        yield f"targets: {found.up} up, {len(found.down)} down{_listed(found.down)}{unseen}"
    if status.firing is not None:
        many = ", ".join(f"{count} {severity}" for severity, count in status.firing.items())
        yield f"alerts firing: {many or 'none'}"
    if status.silences is not None:
        yield f"silences: {status.silences}"
    if (rules := status.rules) is not None:
        yield f"rules: {rules.loaded} loaded, {rules.generated} generated"
    yield from (f"unknown: {why}" for why in status.unknown)
    yield from (f"drift: {line}" for line in status.drift)
    yield "all is well" if status.well else "something is not well"


def _listed(names: Sequence[str]) -> str:
    return f": {', '.join(names)}" if names else ""
