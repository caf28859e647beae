"""The table of collectors in `docs/host.md` is what the program has."""

import re
from pathlib import Path

from exporter.linux.table import MODULES
from watchspec.spec.host import COLLECTORS

PLACE = re.compile(r"(<!-- collectors: [^\n]*-->\n).*?(<!-- end -->)", re.DOTALL)


def table() -> str:
    """Name, default and the first line of the module, as Markdown."""
    rows = ["| collector | | reads |", "|---|---|---|"]
    for name, module in MODULES.items():
        text = (module.__doc__ or "").split("\n", 1)[0].rstrip(".")
        rows.append(f"| `{name}` | {'on' if COLLECTORS[name] else 'off'} | {text} |")
    return "\n".join(rows) + "\n"


def test_the_table_of_collectors_is_what_there_is(root: Path, *, update_golden: bool) -> None:
    """Mend it with `--update-golden`."""
    page = root / "docs" / "host.md"
    text = page.read_text()
    written = PLACE.sub(lambda match: match[1] + table() + match[2], text)
    if update_golden:
        page.write_text(written)

    assert page.read_text() == written
    assert "| `cpu` | on |" in written
