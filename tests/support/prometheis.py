"""Prometheus for previews: a real one without targets, and one that has an answer to whatever it is asked."""

import hashlib
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.need import program
from tests.support.servers import Running, accepts, free_port, wait_until
from watchspec.errors import EnvironmentFailure
from watchspec.preview.prometheus import Answer, Prometheus, Series, Value
from watchspec.preview.questions import Question
from watchspec.remote import Remote

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
"""A name that would break out of a page, if any could."""
TARGETS = ("cache", "main-db", HOSTILE)
BOUNDS = ("0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "+Inf")


@contextmanager
def prometheus_server(folder: Path) -> Iterator[str]:
    """A Prometheus that scrapes nothing; its address."""
    (folder / "prometheus.yml").write_text("global: {scrape_interval: 1s}\n")
    port = free_port()
    server = Running(
        port,
        [
            program("prometheus"), f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn",
        ],
        folder / "prometheus.log",
        lambda: accepts(port),
    )  # fmt: skip
    try:
        server.start()
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: _ready(url), "Prometheus to be ready")
        yield url
    finally:
        server.stop()


def connected(url: str) -> Prometheus:
    """The client of a preview."""
    return Prometheus(Remote("Prometheus", url, "--prometheus"))


class Oracle(Prometheus):
    """Has three series for every query, one of them with a hostile name, and never asks anybody."""

    def __init__(self) -> None:
        super().__init__(Remote("Prometheus", "http://oracle.example", "a test"))

    def answer(self, question: Question) -> Answer:
        """Waves whose height and beginning follow from the query; buckets where it asks for them."""
        bounds = BOUNDS if "le" in question.expr and "bucket" in question.expr else ("",)
        return Answer([_series(question, target, bound) for target in TARGETS for bound in bounds])


def _ready(url: str) -> bool:
    try:
        connected(url).ready()
    except EnvironmentFailure:
        return False
    return True


def _series(question: Question, target: str, bound: str) -> Series:
    seed = hashlib.sha256(f"{question.expr} {target}".encode()).digest()
    height = 1 + seed[0] / 16
    count = 1 if question.step is None else round(question.span.seconds / question.step) + 1
    whole = "state" in question.expr or "_up" in question.expr or "success" in question.expr
    values: list[Value] = [
        float(seed[1] + at // 20 & 1) if whole else height * (1.2 + math.sin((at + seed[2]) / 25))
        for at in range(count)
    ]
    if count > 60:
        values[40:50] = [None] * 10
    labels = {
        "target": target, "instance": f"{target}:9100", "job": "tests", "slo": "availability", "kind": "service",
        "severity": "critical", "alertname": "ServiceDown", "rank": "000", "device": "sda", "mountpoint": "/",
    }  # fmt: skip
    return Series(labels | ({"le": bound} if bound else {}), 0, values)
