"""The page that shows all targets at a glance: one file, no script, nothing from elsewhere."""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Final, get_args
from urllib.parse import quote

from exporter.status import State, Status, health_score
from exporter.web.health import moment
from exporter.web.response import Response
from watchspec import __version__

REFRESH_SECONDS: Final = 15
_STYLE: Final = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Only the style that stands in the page, by its hash; Content Security Policy Level 3."""
_SHAPES: Final[Mapping[State, str]] = {
    "up": '<circle cx="8" cy="8" r="7"/>',
    "degraded": '<path d="M8 1 15.5 15H.5z"/>',
    "down": '<path d="M1 1h14v14H1z"/>',
    "unknown": '<path d="M8 0 16 8 8 16 0 8zM8 4 4 8l4 4 4-4z" fill-rule="evenodd"/>',
}
"""Each state has a shape of its own: colour alone does not tell them apart for everybody."""
_TITLES: Final = {
    "host": "Hosts", "service": "Services", "redis": "Redis", "postgres": "PostgreSQL", "job": "Jobs",
}  # fmt: skip
_HEAD: Final = (
    '<thead><tr><th class="c-state" scope="col">State</th><th class="c-name" scope="col">Target</th>'
    '<th class="c-number" scope="col">Latency</th><th class="c-number" scope="col">Since</th>'
    '<th scope="col">Error</th><th class="c-link" scope="col">Series</th></tr></thead>'
)


def page(name: str, statuses: Iterable[Status], *, now: float, links: Mapping[str, str], warning: str = "") -> Response:
    """The page of the stack `name` at the Unix time `now`; `links` are title → address.

    `warning` is shown above all targets.
    """
    found = list(statuses)
    sections = "".join(_section(kind, found, now) for kind in _kinds(found))
    html = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{_title(name, found)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="refresh" content="{REFRESH_SECONDS}"><link rel="icon" href="data:,">'
        f"<style>{_STYLE}</style></head><body>{_header(name, found, links)}<main>{_warning(warning)}"
        f"{sections or '<p>The spec names no targets for this exporter.</p>'}</main>"
        f"<footer>Watchspec {__version__}, {moment(now)}. The page renews itself every {REFRESH_SECONDS} s."
        "</footer></body></html>\n"
    )
    return Response(html.encode(), type="text/html; charset=utf-8", headers=(("Content-Security-Policy", POLICY),))


def age(seconds: float) -> str:
    """How long something has lasted, in one unit: `8 s`, `3 min`, `5 h`, `2 d`."""
    whole = max(0, int(seconds))
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if whole >= size:
            return f"{whole // size} {unit}"
    return f"{whole} s"


def latency(seconds: float) -> str:
    """A duration of three digits or so: `0.8 ms`, `42 ms`, `1.3 s`."""
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{1000 * seconds:.0f} ms" if seconds >= 0.01 else f"{1000 * seconds:.1f} ms"


def _kinds(statuses: Iterable[Status]) -> list[str]:
    there = {status.key.kind for status in statuses}
    return [*(kind for kind in _TITLES if kind in there), *sorted(there - _TITLES.keys())]


def _title(name: str, statuses: Sequence[Status]) -> str:
    wrong = sum(status.state in {"down", "degraded"} for status in statuses)
    return escape(f"({wrong}) {name}" if wrong else name)


def _header(name: str, statuses: Sequence[Status], links: Mapping[str, str]) -> str:
    counts = Counter(status.state for status in statuses)
    items = "".join(f"<li>{_state(state, f'{counts[state]} ')}</li>" for state in get_args(State) if counts[state])
    own = {"Metrics": "metrics", "Health": "health"}
    anchors = "".join(f'<a href="{escape(to)}">{escape(title)}</a>' for title, to in {**own, **links}.items())
    return (
        f'<header><div class="top"><div><h1>{escape(name)}</h1><nav aria-label="Links">{anchors}</nav></div>'
        f'<div class="score">{health_score(statuses)}<span> / 100</span><small>health score</small></div></div>'
        f'<ul class="counts" aria-label="Targets by state">{items}</ul></header>'
    )


def _warning(text: str) -> str:
    return f'<p class="warning" role="alert"><strong>Warning:</strong> {escape(text)}</p>' if text else ""


def _state(state: State, before: str = "") -> str:
    shape = f'<svg viewBox="0 0 16 16" aria-hidden="true">{_SHAPES[state]}</svg>'
    return f'<span class="state {state}">{shape}{before}{state}</span>'


def _section(kind: str, statuses: Iterable[Status], now: float) -> str:
    mine = sorted((one for one in statuses if one.key.kind == kind), key=_worst_first)
    rows = "".join(_row(status, now) for status in mine)
    title = escape(_TITLES.get(kind, kind))
    return (
        f'<section><h2>{title} <span>{len(mine)}</span></h2><div class="card">'
        f"<table>{_HEAD}<tbody>{rows}</tbody></table></div></section>"
    )


def _worst_first(status: Status) -> tuple[int, str, str]:
    return ("down", "degraded", "unknown", "up").index(status.state), status.key.target, status.key.instance


def _row(status: Status, now: float) -> str:
    key = status.key
    instance = f"<small>{escape(key.instance)}</small>" if key.instance else ""
    known = status.state != "unknown"
    took, lasted = (latency(status.latency), f"for {age(now - status.since)}") if known else ("", "")
    when = f' title="since {moment(status.since)}"' if known else ""
    query = escape(f"metrics?collect[]={quote(key.kind, safe='')}&target={quote(key.target, safe='')}")
    label = escape(f"Series of {key.target}")
    return (
        f'<tr><td class="s">{_state(status.state)}</td><th scope="row">{escape(key.target)}{instance}</th>'
        f'<td class="number">{took}</td><td class="number since"{when}>{lasted}</td>'
        f'<td class="error">{escape(status.error)}</td>'
        f'<td class="link"><a href="{query}" aria-label="{label}">series</a></td></tr>'
    )
