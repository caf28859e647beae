"""Draw the dashboards as pages that need no Grafana, with the data of a Prometheus."""

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from watchspec.load import Loaded
    from watchspec.preview.prometheus import Prometheus

_MANIFEST: Final = ".watchspec-preview"
"""Which files of the folder are ours; not that of `generate`, whose folder may be the same."""


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "spec", nargs="?", type=Path, default=Path("monitoring.yml"), metavar="SPEC", help="default: %(default)s"
    )
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="where to write the pages")
    parser.add_argument(
        "--prometheus", metavar="URL", help="default: links.prometheus of the spec; if it does not answer, no data"
    )
    parser.add_argument(
        "--range", metavar="TIME", help="how much to show, such as 7d; default: what the dashboard says"
    )
    parser.add_argument("--from", dest="begin", metavar="TIME", help="or from when: 2026-12-05T22:00")
    parser.add_argument("--to", dest="end", metavar="TIME", help="and until when; now by default")
    parser.add_argument("--username", metavar="NAME", help="who logs into Prometheus")
    parser.add_argument("--password-file", type=Path, metavar="FILE", help="the file that holds the password")
    parser.add_argument("--ca-file", type=Path, metavar="FILE", help="the authority that signed its certificate")


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Write the pages; raise `RemoteFailure` if the Prometheus that `--prometheus` names does not answer."""
    from generator.files import write
    from generator.grafana import emit
    from generator.layout import COMPOSE
    from watchspec.check import checked
    from watchspec.preview.pages import boards, pages
    from watchspec.preview.span import chosen, usual

    now = time.time()
    asked = chosen(arguments.begin, arguments.end, arguments.range, now)
    loaded = checked(arguments.spec)
    prometheus, missing = _prometheus(arguments, loaded)
    shown = boards(
        emit(loaded.spec, COMPOSE),
        lambda model: asked or usual(model.get("time"), now),
        loaded.spec.prometheus.scrape_interval.seconds,
        prometheus,
    )
    files, count = pages(shown, loaded.spec.name, prometheus)
    write(files, arguments.output, _MANIFEST)
    said = f": {count}" if prometheus else f" without data: {missing}"
    print(f"wrote {len(shown)} dashboards to {arguments.output}{said}", file=stdout)
    return 0


def _prometheus(arguments: argparse.Namespace, loaded: "Loaded") -> "tuple[Prometheus | None, str]":
    """The Prometheus to ask, if there is one, and else why not."""
    from watchspec.preview.prometheus import Prometheus
    from watchspec.remote import Login, Remote, RemoteFailure

    login = Login(arguments.username, arguments.password_file, arguments.ca_file)
    url, origin = arguments.prometheus, "--prometheus"
    if not url:
        url, origin = loaded.spec.links.prometheus, "links.prometheus of the spec"
    found = Prometheus(Remote("Prometheus", url, origin, login))
    try:
        found.ready()
    except RemoteFailure as error:
        if arguments.prometheus:
            raise
        return None, str(error)
    return found, ""
