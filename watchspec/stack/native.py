"""The stack as processes of this machine: configuration below `.watchspec/`, command lines, addresses."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import exporter as exporter_code
import watchspec
from watchspec import connect
from watchspec.errors import EnvironmentFailure
from watchspec.spec import Secret, Spec
from watchspec.stack import secrets
from watchspec.stack.process import Program
from watchspec.stack.state import State

if TYPE_CHECKING:
    from generator.layout import Layout

LOOPBACK: Final = "127.0.0.1"
_FEATURES: Final = ("receiver-name-in-metrics", "utf8-strict-mode")
"""Of Alertmanager: count deliveries by receiver, for drills; read matchers in one way only."""
SNAPSHOTS: Final = "2s"
"""How often Alertmanager writes down what it has told and what is silenced; a quarter of an hour by default."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one native stack runs, and with what."""

    spec_file: Path
    """Absolute."""
    state: State
    ports: Mapping[str, int]
    addresses: Mapping[str, str]
    """`host:port` of the spec → the one to contact instead."""

    @property
    def config(self) -> Path:
        """The folder with the rendered configuration."""
        return self.state.below("config")


def exporter(spec: Spec, place: Place) -> Program:
    """The exporter; its secrets are read again with the spec, variables of the environment at its start alone."""
    moves = [f"--connect={named}={contacted}" for named, contacted in sorted(place.addresses.items())]
    port = place.ports["exporter"]
    command = (sys.executable, "-m", "exporter", str(place.spec_file), f"--listen={LOOPBACK}:{port}", *moves)
    variables = tuple(sorted({secret.env for secret in _read(spec) if secret.env}))
    return Program(
        "exporter", command, port, "/-/ready", reads(spec, place)["exporter"], reload=True,
        code=tuple(Path(module.__path__[0]) for module in (watchspec, exporter_code)), environment=variables,
    )  # fmt: skip


def reads(spec: Spec, place: Place) -> dict[str, tuple[Path, ...]]:
    """Part → the files and folders that it takes by a reload."""
    files = sorted({place.spec_file.parent / secret.file for secret in _read(spec) if secret.file})
    return {
        "exporter": (place.spec_file, *files),
        "prometheus": (place.config / "prometheus", place.config / "rules"),
        "alertmanager": (place.config / "alertmanager", environment(place.state)),
    }


def _read(spec: Spec) -> list[Secret]:
    """The secrets that the exporter reads itself; those of delivery are Alertmanager's."""
    told = {secret for _, secret in secrets.of_delivery(spec)}
    return [secret for _, secret in secrets.named(spec) if secret not in told]


def prometheus(spec: Spec, place: Place, path: str) -> Program:
    """Prometheus with its data below the state folder."""
    from generator.prometheus import flags  # noqa: PLC0415  # the generator is read only by who renders

    port = place.ports["prometheus"]
    command = (
        path,
        f"--config.file={place.config / 'prometheus' / 'prometheus.yml'}",
        f"--storage.tsdb.path={place.state.below('data', 'prometheus')}",
        f"--web.listen-address={LOOPBACK}:{port}",
        f"--web.external-url={spec.links.prometheus}",
        "--web.route-prefix=/",
        "--web.enable-lifecycle",
        *flags(spec),
    )
    return Program("prometheus", command, port, "/-/ready", reads(spec, place)["prometheus"], reload=True)


def alertmanager(spec: Spec, place: Place, path: str) -> Program:
    """Alertmanager, alone: without a cluster it opens no port to the world."""
    port = place.ports["alertmanager"]
    command = (
        path,
        f"--config.file={place.config / 'alertmanager' / 'alertmanager.yml'}",
        f"--storage.path={place.state.below('data', 'alertmanager')}",
        f"--web.listen-address={LOOPBACK}:{port}",
        f"--web.external-url={spec.links.alertmanager}",
        "--web.route-prefix=/",
        "--cluster.listen-address=",
        # What was told and silenced is on disk soon: after a crash nothing older is told twice.
        f"--data.maintenance-interval={SNAPSHOTS}",
        *_features(path),
    )
    return Program("alertmanager", command, port, "/-/ready", reads(spec, place)["alertmanager"], reload=True)


def _features(path: str) -> list[str]:
    """The flag for those of `_FEATURES` that this Alertmanager has; it says in its help which those are."""
    try:
        done = subprocess.run((path, "--help"), capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EnvironmentFailure(f"{path} --help: {error}") from None
    known = [name for name in _FEATURES if name in done.stdout + done.stderr]
    return [f"--enable-feature={','.join(known)}"] if known else []


def configure(spec: Spec, place: Place) -> None:
    """Write the configuration with this machine's addresses, and a file for each secret of the environment."""
    from generator import files  # noqa: PLC0415
    from generator.render import render  # noqa: PLC0415

    files.write(render(localised(spec, place.addresses), layout(place)), place.config)
    secrets.from_environment(spec, os.environ, environment(place.state))


def layout(place: Place) -> "Layout":
    """Where the parts find each other on this machine."""
    from generator.layout import Layout  # noqa: PLC0415

    return Layout(
        exporter=f"{LOOPBACK}:{place.ports['exporter']}",
        prometheus=f"{LOOPBACK}:{place.ports['prometheus']}",
        alertmanager=f"{LOOPBACK}:{place.ports['alertmanager']}",
        rules=str(place.config / "rules" / "*.yml"),
        files=str(place.spec_file.parent),
        env=str(environment(place.state)),
    )


def forget(spec: Spec, state: State) -> None:
    """Remove the files of variables that the spec names no longer."""
    named = {secret.env for _, secret in secrets.named(spec)}
    for path in environment(state).iterdir():
        if path.name not in named:
            path.unlink()


def environment(state: State) -> Path:
    """The folder with a file for each secret that the spec takes from the environment."""
    return state.below(secrets.ENVIRONMENT)


def localised(spec: Spec, addresses: Mapping[str, str]) -> Spec:
    """The spec with every address that `addresses` moves, the mail server's too."""
    moved = connect.rewrite(spec, addresses)
    if moved.smtp is None or moved.smtp.host not in addresses:
        return moved
    return moved.model_copy(update={"smtp": moved.smtp.model_copy(update={"host": addresses[moved.smtp.host]})})
