"""What `watchspec up` prints at its end: where everything is, and what to try."""

from collections.abc import Mapping, Sequence

from watchspec.stack import access
from watchspec.stack.plan import Way


def text(
    way: Way, ports: Mapping[str, int], notes: Sequence[str], program: str, *, demo: bool, secure: bool = False
) -> str:
    """Addresses, what is missing, and three commands to try next; `program` is how the user calls us."""
    parts = [
        "",
        *_addresses(way, ports, demo=demo, secure=secure),
        *(["", *(f"missing: {note}" for note in notes)] if notes else []),
    ]
    return "\n".join(
        [*parts, "", "try next:", *(f"  {command}" for command in _commands(ports, program, demo=demo, secure=secure))]
    )


def _addresses(way: Way, ports: Mapping[str, int], *, demo: bool, secure: bool) -> list[str]:
    rows = [("metrics", "exporter", "/metrics")]
    if way is not Way.EXPORTER:
        rows += [("Prometheus", "prometheus", "/"), ("Alertmanager", "alertmanager", "/")]
        rows += [
            (f"{part.title()} 2", f"{part}-2", "/") for part in ("prometheus", "alertmanager") if f"{part}-2" in ports
        ]
    if demo:
        rows += [("mailbox", "mailbox", "/"), ("demo service", "demo", "/")]
    lines = [
        f"  {name:<14} {_scheme(part, secure=secure)}://127.0.0.1:{ports[part]}{path}" for name, part, path in rows
    ]
    if secure:
        lines.append(
            f"  {'':<14} user {access.USER}, password in {access.MACHINE}/password, authority in ca.pem beside it"
        )
    if "grafana" in ports:
        at = f"http://127.0.0.1:{ports['grafana']}/"
        lines.append(f"  {'Grafana':<14} {at}  user admin, password in secrets/grafana_admin")
    return lines


def _scheme(part: str, *, secure: bool) -> str:
    return "https" if secure and part.removesuffix("-2") in access.PARTS else "http"


def _commands(ports: Mapping[str, int], program: str, *, demo: bool, secure: bool) -> list[str]:
    login = f' --cacert {access.MACHINE}/ca.pem -u {access.USER}:"$(cat {access.MACHINE}/password)"' if secure else ""
    scheme = _scheme("exporter", secure=secure)
    metrics = f"curl -s{login} {scheme}://127.0.0.1:{ports['exporter']}/metrics | grep -v '^#'"
    if not demo:
        return [metrics, f"{program} up --demo    # with things to watch, and a mailbox", f"{program} down"]
    fault, inbox = f"http://127.0.0.1:{ports['demo']}/break?errors=100", f"http://127.0.0.1:{ports['mailbox']}/"
    return [metrics, f"curl -X POST '{fault}'    # then watch {inbox}, and POST /mend", f"{program} down"]
