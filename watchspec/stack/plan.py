"""Which way the stack runs: decided from facts about the machine, without touching it."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from watchspec.errors import EnvironmentFailure


class Way(Enum):
    """How the parts run."""

    COMPOSE = "with Docker Compose"
    NATIVE = "with the Prometheus and Alertmanager of this machine"
    INSTALL = "with Prometheus and Alertmanager from the distribution, installed now"
    EXPORTER = "the exporter alone"


@dataclass(frozen=True, slots=True)
class Machine:
    """What this machine has."""

    engine: bool
    """A Docker engine answers, and Compose is there."""
    compose_file: bool
    """`docker-compose.monitoring.yml` lies beside the spec."""
    prometheus: str | None
    alertmanager: str | None
    """Paths of the programs."""
    can_install: bool
    """Debian or Ubuntu, and we are root."""
    old_compose: str = ""
    """The version of Compose, if it is too old for the compose files."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user asked for."""

    way: Way | None = None
    """COMPOSE or NATIVE; whatever fits without it."""
    install: bool = True


OLDEST_COMPOSE: Final = (2, 24, 4)
"""That understands `!override`, https://docs.docker.com/reference/compose-file/merge/#replace-value"""
COMPOSE_FILE: Final = "docker-compose.monitoring.yml"
NO_COMPOSE: Final = "no Docker engine with Compose answers; start it, or leave out --compose"
NO_COMPOSE_FILE: Final = f"no {COMPOSE_FILE} lies beside the spec; copy it there, or leave out --compose"


def decide(machine: Machine, wish: Wish) -> Way:
    """The best way that the machine allows; raise `EnvironmentFailure` if the one asked for is impossible."""
    compose = machine.engine and machine.compose_file
    if wish.way is Way.COMPOSE and not compose:
        raise EnvironmentFailure(NO_COMPOSE if not machine.engine else NO_COMPOSE_FILE)
    if compose and wish.way is not Way.NATIVE:
        if machine.old_compose:  # and not another way, silently
            oldest = ".".join(map(str, OLDEST_COMPOSE))
            raise EnvironmentFailure(
                f"Docker Compose {machine.old_compose} is too old for {COMPOSE_FILE}: update it to {oldest} or newer,"
                " or do without: watchspec up --native"
            )
        return Way.COMPOSE
    if machine.prometheus and machine.alertmanager:
        return Way.NATIVE
    return Way.INSTALL if machine.can_install and wish.install else Way.EXPORTER


def missing(machine: Machine) -> str:
    """What the machine lacks for the whole stack, and how to get it; empty if it lacks nothing."""
    found = {"prometheus": machine.prometheus, "alertmanager": machine.alertmanager}
    lacking = [name for name, path in found.items() if path is None]
    if not lacking:
        return ""
    return (
        f"{' and '.join(lacking)}: install Docker with Compose, or put the programs on PATH"
        " (Debian, Ubuntu: apt-get install prometheus prometheus-alertmanager;"
        " macOS: brew install prometheus alertmanager; else https://prometheus.io/download/)"
    )
