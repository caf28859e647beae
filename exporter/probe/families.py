"""The findings of a probe, under blackbox_exporter's names; what is ours alone begins with `watchspec_`."""

import calendar
import socket
from email.utils import parsedate
from typing import Final

from exporter.families import Families, render
from exporter.probe import health
from exporter.probe.failure import Why
from exporter.probe.reading import Reading, Secured

SUCCESS: Final = ("probe_success", "Whether the probe succeeded (1) or not (0).")
_FNV_OFFSET: Final = 0x811C9DC5
_FNV_PRIME: Final = 0x01000193


def failed(out: Families, why: Why | None) -> None:
    """Whether the probe succeeded, and why not."""
    out.gauge(*SUCCESS, int(why is None))
    if why is not None:
        text = "Why the probe failed; always 1, and absent when it succeeds."
        out.gauge("watchspec_probe_failure_info", text, 1, render(reason=why))


def common(out: Families, reading: Reading, seconds: float, why: Why | None) -> None:
    """What every probe has."""
    failed(out, why)
    out.gauge("probe_duration_seconds", "How long the probe took, in seconds.", seconds)
    text = "Time spent looking up the name, in seconds."
    out.gauge("probe_dns_lookup_time_seconds", text, reading.seconds["resolve"])
    text = "Whether the probe failed because the answer's body or headers are not as expected."
    out.gauge("probe_failed_due_to_regex", text, int(why in {"body", "header"}))
    if reading.family is not None:
        version = 6 if reading.family == socket.AF_INET6 else 4
        out.gauge("probe_ip_protocol", "Whether the probe used IPv4 (4) or IPv6 (6).", version)
        text = "Hash of the address that was contacted; a change of it is a change of address."
        out.gauge("probe_ip_addr_hash", text, address_hash(reading.address, reading.family))
    if reading.secured is not None:
        _secured(out, reading.secured)


def tcp(out: Families) -> None:
    """What a TCP probe has beside that."""
    text = "Always 0: no bytes are expected but those of a line."
    out.gauge("probe_failed_due_to_bytes", text, 0)


def http(out: Families, reading: Reading) -> None:
    """What an HTTP probe has beside that."""
    text = "Time spent in the phase, in seconds, summed over redirects; 0 for one that was not reached."
    for phase, seconds in reading.seconds.items():
        out.gauge("probe_http_duration_seconds", text, seconds, render(phase=phase))
    out.gauge("probe_http_status_code", "Status code of the last answer; 0 without one.", reading.status)
    out.gauge("probe_http_redirects", "Redirects that were followed.", reading.redirects)
    out.gauge("probe_http_ssl", "Whether the last request went over TLS.", int(reading.tls))
    out.gauge("probe_http_version", "HTTP version of the last answer.", reading.version)
    text = "Length of the body as announced, in bytes; -1 if it was not."
    out.gauge("probe_http_content_length", text, reading.content_length)
    text = "Length of the body as read and unpacked, in bytes; reading stops at the limit."
    out.gauge("probe_http_uncompressed_body_length", text, len(reading.body))
    modified = parsedate(reading.headers.get("last-modified", ""))
    if modified is not None:
        text = "Date of the Last-Modified header, in Unix seconds."
        out.gauge("probe_http_last_modified_timestamp_seconds", text, calendar.timegm(modified))
    _health(out, reading)


def _health(out: Families, reading: Reading) -> None:
    said = health.read(reading.body)
    if said is None:
        return
    if said.well is not None:
        text = "Whether the health page calls the service as a whole well (1) or not (0)."
        out.gauge("watchspec_health_status", text, int(said.well))
    text = "Whether the health page says that the component is up (1) or not (0)."
    for component, up in said.components.items():
        out.gauge("watchspec_health_component_up", text, int(up), render(component=component))


def _secured(out: Families, secured: Secured) -> None:
    text = "TLS version in use; always 1."
    out.gauge("probe_tls_version_info", text, 1, render(version=secured.version))
    out.gauge("probe_tls_cipher_info", "TLS cipher in use; always 1.", 1, render(cipher=secured.cipher))
    if secured.verified is not None:
        text = "Whether the certificate could be verified (1) or not (0); absent where the spec says not to."
        out.gauge("watchspec_probe_ssl_verified", text, int(secured.verified))
    if secured.earliest is not None:
        text = "Earliest expiry among the certificates that the server sent, in Unix seconds."
        out.gauge("probe_ssl_earliest_cert_expiry", text, secured.earliest)
    if secured.chain is not None:
        text = "Expiry of the chain that was verified, in Unix seconds."
        out.gauge("probe_ssl_last_chain_expiry_timestamp_seconds", text, secured.chain)
    if (found := secured.certificate) is not None:
        labels = render(
            fingerprint_sha256=found.fingerprint, issuer=found.issuer, serialnumber=found.serial,
            subject=found.subject, subjectalternative=",".join(found.dns_names),
        )  # fmt: skip
        out.gauge("probe_ssl_last_chain_info", "The server's own certificate; always 1.", 1, labels)


def address_hash(address: str, family: socket.AddressFamily) -> int:
    """FNV-1a of 32 bits over the address's bytes: http://www.isthe.com/chongo/tech/comp/fnv/."""
    found = _FNV_OFFSET
    for byte in socket.inet_pton(family, address.partition("%")[0]):
        found = (found ^ byte) * _FNV_PRIME & 0xFFFFFFFF
    return found
