"""Whatever the kernel writes, a collector fails in a way that costs only itself."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exporter.collectors.host import _FAILURES
from exporter.families import Families
from exporter.linux import diskstats, exposition, hwmon, mdadm, mounts, namedprocess, systemd
from exporter.linux.table import OF_NETWORKS, SIMPLE, Collect
from exporter.linux.tree import Tree

TOKENS = st.sampled_from(
    [
        *(
            "\n",
            "\n\n",
            " ",
            "\t",
            ":",
            " : ",
            " - ",
            "(",
            ") ",
            "[2/1]",
            "[U_]",
            "=",
            "kB",
            "0x",
            "0x1f",
            "-1",
            "12",
            "a",
        ),
        *(
            "9" * 400,
            "1e999",
            "nan",
            "cpu0",
            "cpu",
            "CPU0 CPU1",
            "btime",
            "TcpExt:",
            "Ip:",
            "MemTotal:",
            "active raid1",
        ),
        *(
            "1048 blocks",
            "recovery = 1% (1/2)",
            "some",
            "total=",
            "total=5",
            "sda",
            "eth0:",
            "\0",
            "é",
            "\\040",
            "/",
            "#",
        ),
    ]
)
TEXTS = st.one_of(st.lists(TOKENS, max_size=40).map("".join), st.lists(TOKENS, max_size=30).map(" ".join), st.text())
NAMES = st.lists(
    st.sampled_from(
        ["cpu0", "eth0", "hwmon0", "thermal_zone0", "cooling_device1", "temp1_input", "1", "clocksource0", "x"]
    )
)
COLLECTORS: dict[str, Collect] = {
    **SIMPLE, **OF_NETWORKS, "diskstats": diskstats.collect,
    "namedprocess": namedprocess.Processes(["*"]).collect,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Garbled(Tree):
    """A host whose files all hold one text, and whose folders all hold the same names."""

    root: str = "/nowhere"
    text: str = ""
    found: tuple[str, ...] = ()

    def read(self, path: str) -> str:
        """The text."""
        return self.text

    def value(self, path: str) -> str:
        """The text."""
        return self.text.strip()

    def values(self, folder: str, names: Iterable[str]) -> dict[str, str]:
        """The text, for each name."""
        return {name: self.value(name) for name in names}

    def names(self, path: str) -> list[str]:
        """The names."""
        return list(self.found)


@pytest.mark.parametrize("name", COLLECTORS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=TEXTS, found=NAMES)
def test_a_collector_reads_garbage_or_fails_as_collectors_do(name: str, text: str, found: list[str]) -> None:
    """No other exception leaves it, and what it published is numbers."""
    out = Families()

    with suppress(*_FAILURES):
        COLLECTORS[name](Garbled(text=text, found=tuple(found)), out)

    assert all(isinstance(value, int | float) for family in out for _, value in family.samples)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_parsers_of_whole_texts_take_anything(text: str) -> None:
    """mdstat, mountinfo, systemctl and the text format."""
    mounts.parse(text, "/host")
    systemd.parse(text)
    with suppress(ValueError):
        list(mdadm.parse(text))
    with suppress(exposition.ExpositionError):
        exposition.parse(text)


@settings(max_examples=100, deadline=None)
@given(name=st.text(max_size=20), text=TEXTS)
def test_a_sensor_may_be_called_anything(name: str, text: str) -> None:
    """And say anything."""
    with suppress(*_FAILURES):
        hwmon.collect(Garbled(text=text, found=(name, f"temp1_{name}")), Families())
