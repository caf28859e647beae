"""The command."""

from pathlib import Path

import pytest

from bench.__main__ import main


def test_without_the_four_the_command_says_so_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is started."""
    assert main(["costs", "--exporters", str(tmp_path)]) == 1

    assert "apt-get install prometheus-node-exporter" in capsys.readouterr().err


def test_an_unknown_part_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """The message names those that there are."""
    with pytest.raises(SystemExit) as ended:
        main(["cost"])

    assert ended.value.code == 2
    assert "no such part: cost; there are costs, targets, hung, generate, rules, families" in capsys.readouterr().err
