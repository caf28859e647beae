"""The page of documentation says what the code does."""

import argparse
from pathlib import Path

from exporter.scrape import SCRAPES
from exporter.web import lobby
from watchspec.verbs import serve


def test_every_flag_is_documented(root: Path) -> None:
    """Also one that is added later."""
    parser = argparse.ArgumentParser(add_help=False)
    serve.add(parser)
    text = (root / "docs/exporter.md").read_text()

    flags = [flag for action in parser._actions for flag in action.option_strings]
    assert flags
    assert [flag for flag in flags if f"`{flag} " not in text] == []


def test_the_limits_are_those_of_the_code(root: Path) -> None:
    """The numbers that people tune by."""
    text = (root / "docs/exporter.md").read_text()

    for line in (
        f"| scrapes at once | {SCRAPES} |",
        f"| handshake and head of a request | {lobby.HEAD_SECONDS:g} s, {lobby.HEAD_BYTES // 1024} KiB |",
        f"| connections that have not finished their request | {lobby.WAITING} |",
        f"| a client that does not read its answer | {lobby.WORK_SECONDS:g} s a write |",
    ):
        assert line in text
