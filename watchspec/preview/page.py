"""A dashboard and its data → one HTML page that asks nobody for anything."""

import base64
import hashlib
import html
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

_SCRIPTS: Final = (
    "uplot/uPlot.iife.min.js", "units.js", "fields.js", "frames.js", "dom.js", "tables.js", "figures.js", "axes.js",
    "marks.js", "charts.js", "states.js", "heatmaps.js", "preview.js",
)  # fmt: skip
"""In the order in which they need each other."""
_STYLES: Final = ("uplot/uPlot.min.css", "preview.css")
_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="watchspec preview">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""
_DRAWN: Final = """<noscript><p>JavaScript draws this page, from the data in it; it loads nothing.</p></noscript>
<main id="page"></main>
<script type="application/json" id="data">{data}</script>
<script>{script}</script>"""
_LISTED: Final = """<main class="index">
<h1>{title}</h1>
<p class="when">{when}</p>
<ul>
{items}
</ul>
</main>"""
_ITEM: Final = '<li><a href="{file}">{title}</a><p class="when">{said}</p></li>'


def drawn(title: str, content: Mapping[str, Any]) -> str:
    """The page of a dashboard; `content` is what preview.js reads."""
    script = _joined(_SCRIPTS)
    body = _DRAWN.format(data=_safe(content), script=script)
    return _whole(title, body, script)


def listed(title: str, when: str, entries: Sequence[Mapping[str, str]]) -> str:
    """The page that leads to the others: `file` and `title` of each, and what is `said` of its data."""
    items = "\n".join(_ITEM.format_map({name: html.escape(text) for name, text in entry.items()}) for entry in entries)
    return _whole(title, _LISTED.format(title=html.escape(title), when=html.escape(when), items=items))


def _whole(title: str, body: str, script: str = "") -> str:
    style = _joined(_STYLES)
    allowed = f"'{_hash(script)}'" if script else "'none'"
    policy = (
        f"default-src 'none'; script-src {allowed}; style-src '{_hash(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return _PAGE.format(policy=policy, title=html.escape(title), style=style, body=body)


def _safe(content: Mapping[str, Any]) -> str:
    """JSON that ends no element, whatever a name in it says: `<` stands only in strings, which can escape it."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")


@cache
def _joined(names: Sequence[str]) -> str:
    folder = files("watchspec.preview")
    return "\n".join((folder / name).read_text(encoding="utf-8").strip() for name in names)


@cache
def _hash(text: str) -> str:
    """What a Content-Security-Policy calls an element with this text."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
