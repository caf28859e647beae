"""Where the parts of one running stack find each other; everything else in the output follows from the spec alone."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from watchspec.spec import Secret, Spec


@dataclass(frozen=True, slots=True)
class Access:
    """What a part shows another that is `secure`, and what it trusts; absolute paths, as all of them see them."""

    user: str
    password: str
    """The file that holds the password."""
    ca: str
    """The authority that signed everybody's certificate."""


Files = dict[str, str]
"""Generated text by path below the output folder, with forward slashes."""


@dataclass(frozen=True, slots=True)
class Twins:
    """Addresses (`host:port`) of the second of each, which a stack with `replicas: 2` has."""

    prometheus: str
    alertmanager: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Addresses (`host:port`) and folders as the running parts see them."""

    exporter: str
    """The exporter of hosts that name none of their own."""
    prometheus: str
    alertmanager: str
    rules: str
    """Glob of the rule files, as Prometheus sees it."""
    files: str
    """Absolute folder in which relative secret files lie, as Alertmanager and Prometheus see it."""
    env: str
    """Absolute folder with one file for each secret that the spec takes from the environment."""
    templates: str = "templates/*.tmpl"
    """Glob of the message templates, as Alertmanager sees it; relative to its configuration."""
    twins: Twins | None = None
    """None where the stack can have one of each only, whatever the spec says."""

    access: Access | None = None
    """How parts reach each other where the spec says `secure`; `None` where they are on one machine's loopback."""

    def between(self, spec: Spec) -> Access | None:
        """What a part of `spec` needs to reach another; nothing if all of them are open."""
        return self.access if spec.secure else None

    def file(self, path: str) -> str:
        """Absolute path of a file that the spec names, relative or not."""
        return str(PurePosixPath(self.files) / path)

    def secret(self, secret: Secret) -> str:
        """Absolute path of the file that holds `secret`."""
        if secret.file is not None:
            return self.file(secret.file)
        return str(PurePosixPath(self.env) / str(secret.env))


COMPOSE: Final = Layout(
    exporter="exporter:9877",
    prometheus="prometheus:9090",
    alertmanager="alertmanager:9093",
    rules="/etc/prometheus/rules/*.yml",
    files="/etc/watchspec",
    env="/etc/watchspec/secrets/env",
    twins=Twins(prometheus="prometheus-2:9090", alertmanager="alertmanager-2:9093"),
    access=Access("watchspec", "/etc/watchspec/secrets/tls/password", "/etc/watchspec/secrets/tls/ca.pem"),
)
"""The stack of `docker-compose.monitoring.yml`, its second parts in `docker-compose.replicas.yml`.

The committed files are written for it.
"""


def client(access: Access | None) -> dict[str, object]:
    """The part of a scrape or Alertmanager configuration of Prometheus that says how another part is reached."""
    if access is None:
        return {}
    return {
        "scheme": "https",
        "basic_auth": {"username": access.user, "password_file": access.password},
        "tls_config": {"ca_file": access.ca},
    }
