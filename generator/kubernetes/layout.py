"""Where the parts find each other in a namespace that the Prometheus Operator serves.

https://prometheus-operator.dev/docs/api-reference/api/
"""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from generator.kubernetes import names
from generator.layout import Layout
from watchspec.spec import Secret

EXPORTER: Final = "watchspec-exporter"
PORT: Final = 9877


@dataclass(frozen=True, slots=True)
class _Operated(Layout):
    """Secrets are keys of one Secret, and files of one flat folder where that is mounted."""

    def file(self, path: str) -> str:
        return self.secret(Secret(file=path))

    def secret(self, secret: Secret) -> str:
        return f"{self.files}/{names.key(secret)}"


OPERATED: Final = _Operated(
    exporter=f"{EXPORTER}:{PORT}",
    prometheus="prometheus-operated:9090",
    alertmanager="alertmanager-operated:9093",
    rules="",
    files=f"/etc/alertmanager/secrets/{names.SECRETS}",
    env=f"/etc/alertmanager/secrets/{names.SECRETS}",
    templates="/etc/alertmanager/config/*.tmpl",
)
"""Services of one namespace, and where the operator mounts `secrets:` and what lies beside `alertmanager.yaml`."""


def selector(path: object) -> dict[str, str]:
    """What refers to the secret at `path`, a place in `OPERATED`, where an object of the operator takes no path."""
    return {"name": names.SECRETS, "key": PurePosixPath(str(path)).name}
