"""Lines that a machine can take apart again."""

import io
import logging
import shlex
from collections.abc import Iterator

import pytest

from exporter import log
from exporter.log import LOGGER


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where the log goes; afterwards as before."""
    before = (LOGGER.handlers[:], LOGGER.level, LOGGER.propagate)
    found = io.StringIO()
    log.start(found)
    yield found
    LOGGER.handlers[:], LOGGER.level, LOGGER.propagate = before


def fields(line: str) -> dict[str, str]:
    """Key → value."""
    return dict(part.split("=", 1) for part in shlex.split(line))


def test_a_line_has_time_level_message_and_fields(stream: io.StringIO) -> None:
    """In this order."""
    LOGGER.warning("target fails", extra={"fields": {"target": "cache", "detail": 'said "no"\nand = left'}})

    line = stream.getvalue()
    assert line.count("\n") == 1
    assert line.endswith(' level=warning msg="target fails" target=cache detail="said \\"no\\"\\nand = left"\n')
    assert fields(line)["time"].endswith("Z")


@pytest.mark.parametrize("text", ["", "a b", 'quote"', "back\\slash", "a=b", "line\nline", "c\u010d\u0107"])
def test_no_value_can_forge_a_field_or_a_line(stream: io.StringIO, text: str) -> None:
    """Whatever a server says."""
    LOGGER.info("x", extra={"fields": {"detail": text, "last": "end"}})

    line = stream.getvalue()
    assert line.count("\n") == 1
    assert list(fields(line)) == ["time", "level", "msg", "detail", "last"]


def test_a_traceback_follows_on_lines_of_its_own(stream: io.StringIO) -> None:
    """For a bug."""
    try:
        raise ZeroDivisionError("oh")
    except ZeroDivisionError as error:
        LOGGER.error("unexpected", exc_info=error)

    lines = stream.getvalue().splitlines()
    assert fields(lines[0])["msg"] == "unexpected"
    assert lines[-1] == "ZeroDivisionError: oh"


def test_starting_again_replaces_the_stream(stream: io.StringIO) -> None:
    """Nothing is said twice; debugging is not said at all."""
    second = io.StringIO()
    log.start(second)
    LOGGER.info("once")
    LOGGER.debug("never")

    assert (stream.getvalue(), second.getvalue().count("\n")) == ("", 1)
    assert logging.getLogger("watchspec").handlers
