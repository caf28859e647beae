"""A service: an HTTP or TCP probe of one of its URLs, with blackbox_exporter's names."""

import socket
import ssl
import time
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from exporter import wire
from exporter.deadline import Deadline
from exporter.families import Families, Family, render
from exporter.place import Place
from exporter.probe import health, http
from exporter.probe.http import Reading
from exporter.reasons import Reason, ScrapeError, of_os_error
from exporter.redact import redact
from watchspec.errors import SecretUnreadable
from watchspec.spec import Service

_PORTS: Final = {"http": 80, "https": 443}
_SUCCESS: Final = ("probe_success", "Whether the probe succeeded (1) or not (0).")


class ServiceCollector:
    """Probes one URL; of a service with several, each has a collector of its own and the label `instance`."""

    kind: Final = "service"

    def __init__(self, spec: Service, url: str, place: Place) -> None:
        self.target = spec.name
        self._spec = spec
        self._place = place
        parts = urlsplit(url)
        address = f"{parts.hostname}:{parts.port or _PORTS.get(parts.scheme)}"
        self.labels = render(instance=address) if len(spec.url) > 1 else ""
        self._common = f"{render(target=spec.name)},{self.labels}".rstrip(",")
        self._tcp = parts.scheme == "tcp"
        self._url = f"{url.rstrip('/')}/{spec.health.lstrip('/')}" if spec.health and not self._tcp else url
        self._context: ssl.SSLContext | None = None
        self._secrets: list[str] = []

    def collect(self, deadline: Deadline) -> Iterable[Family]:
        """The probe's result; raises `ScrapeError` that carries it if the probe fails."""
        if self._spec.timeout is not None:
            deadline = min(deadline, Deadline.after(self._spec.timeout.seconds), key=lambda found: found.at)
        reading, started = Reading(), time.perf_counter()
        failure = self._failure(deadline, reading)
        families = self._families(reading, time.perf_counter() - started, success=failure is None)
        if failure is None:
            return families
        self._context = None  # files of certificates may be new next time
        raise ScrapeError(failure[0], redact(failure[1], self._secrets), families)

    def down(self) -> Iterable[Family]:
        """`probe_success 0`."""
        out = Families(self._common)
        out.gauge(*_SUCCESS, 0)
        return out

    def abort(self) -> None:
        """Nothing: every wait keeps the deadline, but for that of the resolver, which cannot be ended."""

    def close(self) -> None:
        """Nothing is kept open."""

    def _failure(self, deadline: Deadline, reading: Reading) -> tuple[Reason, str] | None:
        try:
            if self._tcp:
                self._connect(deadline, reading)
                return None
            headers, name = self._headers(), self._server_name()
            http.probe(self._url, reading, deadline, headers=headers, name=name, context=self._tls)
        except ScrapeError as error:
            return error.reason, str(error)
        except OSError as error:
            return of_os_error(error), str(error)
        except SecretUnreadable as error:
            return "missing_secret", str(error)
        return None if 200 <= reading.status < 300 else ("status", f"HTTP status {reading.status}")

    def _connect(self, deadline: Deadline, reading: Reading) -> None:
        parts = urlsplit(self._url)
        with reading.phase("resolve"):
            addresses = wire.resolve(parts.hostname or "", parts.port or 0, deadline)
        with reading.phase("connect"):
            sock, reading.family = wire.connect(addresses, deadline)
        sock.close()

    def _headers(self) -> dict[str, str]:
        found = {
            name: header.value if header.secret is None else self._place.secret(header.secret)
            for name, header in self._spec.headers.items()
        }
        self._secrets = [found[name] or "" for name, header in self._spec.headers.items() if header.secret is not None]
        return {name: value for name, value in found.items() if value is not None}

    def _server_name(self) -> str | None:
        return self._spec.tls.server_name if self._spec.tls else None

    def _tls(self) -> ssl.SSLContext:
        if self._context is None:
            self._context = wire.tls_context(self._spec.tls, self._place)
        return self._context

    def _families(self, reading: Reading, seconds: float, *, success: bool) -> Families:
        out = Families(self._common)
        out.gauge(*_SUCCESS, int(success))
        out.gauge("probe_duration_seconds", "How long the probe took, in seconds.", seconds)
        text = "Time spent looking up the name, in seconds."
        out.gauge("probe_dns_lookup_time_seconds", text, reading.seconds["resolve"])
        if reading.family is not None:
            version = 6 if reading.family == socket.AF_INET6 else 4
            out.gauge("probe_ip_protocol", "Whether the probe used IPv4 (4) or IPv6 (6).", version)
        if not self._tcp:
            _http(out, reading)
        return out


def _http(out: Families, reading: Reading) -> None:
    for phase, seconds in reading.seconds.items():
        text = "Time spent in the phase, in seconds, summed over redirects."
        out.gauge("probe_http_duration_seconds", text, seconds, render(phase=phase))
    out.gauge("probe_http_status_code", "Status code of the last answer; 0 without one.", reading.status)
    out.gauge("probe_http_redirects", "Redirects that were followed.", reading.redirects)
    out.gauge("probe_http_ssl", "Whether the last request went over TLS.", int(reading.tls))
    out.gauge("probe_http_version", "HTTP version of the last answer.", reading.version)
    text = "Length of the body as announced, in bytes; -1 if it was not."
    out.gauge("probe_http_content_length", text, reading.content_length)
    text = "Length of the body as read, in bytes; reading stops at 1 MiB."
    out.gauge("probe_http_uncompressed_body_length", text, len(reading.body))
    if reading.tls_version:
        text = "TLS version in use; always 1."
        out.gauge("probe_tls_version_info", text, 1, render(version=reading.tls_version))
        out.gauge("probe_tls_cipher_info", "TLS cipher in use; always 1.", 1, render(cipher=reading.tls_cipher))
    if reading.expiry is not None:
        text = "Earliest expiry among the server's certificates, in Unix seconds."
        out.gauge("probe_ssl_earliest_cert_expiry", text, reading.expiry)
    for component, up in health.components(reading.body).items():
        text = "Whether the health page says that the component is up (1) or not (0)."
        out.gauge("watchspec_health_component_up", text, int(up), render(component=component))
