"""A service: an HTTP or TCP probe of one of its URLs, with blackbox_exporter's names."""

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from exporter.deadline import Deadline
from exporter.families import Families, Family, render
from exporter.place import Place
from exporter.probe import failure, families, http, tcp
from exporter.probe.expectation import Expectation
from exporter.probe.failure import ProbeError
from exporter.probe.http import PORTS, Question
from exporter.probe.reading import Reading
from exporter.probe.trust import Trust
from exporter.reasons import ScrapeError
from exporter.redact import redact
from watchspec.errors import SecretUnreadable

if TYPE_CHECKING:
    from watchspec.spec import Service


class ServiceCollector:
    """Probes one URL; of a service with several, each has a collector of its own and the label `instance`."""

    kind: Final = "service"

    def __init__(self, spec: "Service", url: str, place: Place) -> None:
        self.target = spec.name
        self._spec = spec
        self._place = place
        parts = urlsplit(url)
        address = f"{parts.hostname}:{parts.port or PORTS.get(parts.scheme)}"
        self.labels = render(instance=address) if len(spec.url) > 1 else ""
        self._common = f"{render(target=spec.name)},{self.labels}".rstrip(",")
        self._tcp = parts.scheme == "tcp"
        self._url = _asked(url, spec.health.path) if spec.health else url
        self._trust = Trust(spec.tls, place)
        self._expectation = Expectation(spec.health)
        self._secrets: list[str] = []
        self._probing = False

    def collect(self, deadline: Deadline) -> Iterable[Family]:
        """The probe's result; raises `ScrapeError` that carries it if the probe fails."""
        if self._spec.timeout is not None:
            deadline = min(deadline, Deadline.after(self._spec.timeout.seconds), key=lambda found: found.at)
        reading, started, self._probing = Reading(), time.perf_counter(), True
        try:
            found = self._failure(reading, deadline)
        finally:
            self._probing = False
        out = self._families(reading, time.perf_counter() - started, found)
        if found is None:
            return out
        raise ScrapeError(found.reason, redact(str(found), self._secrets), out)

    def down(self) -> Iterable[Family]:
        """`probe_success 0`; while a probe runs, because it hangs."""
        out = Families(self._common)
        if self._probing:
            families.failed(out, "timeout")
        else:
            out.gauge(*families.SUCCESS, 0)
        return out

    def abort(self) -> None:
        """Nothing: every wait keeps the deadline, but for that of the resolver, which cannot be ended."""

    def close(self) -> None:
        """Nothing is kept open."""

    def _failure(self, reading: Reading, deadline: Deadline) -> ProbeError | None:
        try:
            if self._tcp:
                self._probe_tcp(reading, deadline)
            else:
                http.probe(self._question(), reading, deadline)
                self._expectation.judge_http(reading, deadline)
        except (OSError, ScrapeError) as error:
            return failure.of(error)
        return None

    def _probe_tcp(self, reading: Reading, deadline: Deadline) -> None:
        health = self._spec.health
        send = health.send.encode() if health and health.send is not None else None
        listen = health is not None and health.body is not None
        trusted = self._trust if self._spec.tls is not None else None
        tcp.probe(self._url, trusted, reading, deadline, send=send, listen=listen)
        self._expectation.judge_body(reading, deadline)

    def _question(self) -> Question:
        health, headers = self._spec.health, self._headers()
        if health is None:
            return Question(self._url, self._trust, headers=headers)
        return Question(
            self._url,
            self._trust,
            method=health.method,
            body=health.send.encode() if health.send is not None else None,
            headers=headers,
            follow=health.redirects,
            limit=health.max_body.bytes if health.max_body else http.MOST_BODY,
        )

    def _headers(self) -> dict[str, str]:
        """Headers to send; raises `ProbeError`, which names the header but not its value, if one cannot be."""
        found, self._secrets = {}, []
        for name, header in self._spec.headers.items():
            value = header.value or ""
            if header.secret is not None:
                try:
                    value = self._place.secret(header.secret)
                except SecretUnreadable as error:
                    raise ProbeError("missing_secret", str(error)) from None
                self._secrets.append(value)
            if not all(" " <= letter <= "\xff" or letter == "\t" for letter in value):
                raise ProbeError("missing_secret", f"the value of the header {name} holds what no header can")
            found[name] = value
        return found

    def _families(self, reading: Reading, seconds: float, found: ProbeError | None) -> Families:
        out = Families(self._common)
        families.common(out, reading, seconds, found.why if found else None)
        if self._tcp:
            families.tcp(out)
        else:
            families.http(out, reading)
        return out


def _asked(url: str, path: str) -> str:
    return f"{url.rstrip('/')}/{path.lstrip('/')}" if path else url
