"""Expressions of dashboards, computed by promtool on series that a test gives."""

import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from tests.support.need import program

MACROS = {"$__rate_interval": "2m", "$__range": "10m", "$target": ".+"}
"""What stands in for Grafana's variables."""
Samples = Sequence[tuple[str, float]]
"""Labels as in `{target="a"}`, and the value."""


def prove(folder: Path, series: Mapping[str, str], expected: Mapping[str, Samples], at: str = "10m") -> None:
    """Let promtool say that each expression of `expected` has its samples at `at`, on `series` of a value a minute."""
    looks = [
        {
            "expr": filled_in(expr),
            "eval_time": at,
            "exp_samples": [{"labels": labels, "value": value} for labels, value in samples],
        }
        for expr, samples in expected.items()
    ]
    given = [{"series": name, "values": values} for name, values in series.items()]
    path = folder / "test.yml"
    path.write_text(yaml.safe_dump({"tests": [{"interval": "1m", "input_series": given, "promql_expr_test": looks}]}))
    done = subprocess.run(
        [program("promtool"), "test", "rules", str(path)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr


def filled_in(expr: str) -> str:
    """`expr` as Grafana sends it where everything is chosen."""
    return re.sub("|".join(map(re.escape, MACROS)), lambda found: MACROS[found[0]], expr)
