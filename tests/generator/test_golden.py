"""What each case's spec renders, kept beside it and judged by the real tools.

The first line of a case's `monitoring.yml` names the files that it is about; only those are kept.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from generator.findings.whole import findings
from generator.kubernetes import render as kubernetes
from generator.layout import Files
from generator.render import render
from watchspec.load import load

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
CASES = sorted(path.parent for path in GOLDEN.glob("*/monitoring.yml"))


def _rendered(case: Path) -> Files:
    path = case / "monitoring.yml"
    wanted = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# expected: ").split()
    spec = load(path).spec
    assert [finding for finding in findings(spec) if not finding.warning] == []
    files = render(spec)
    if any(name.startswith("kubernetes/") for name in wanted):
        manifests = kubernetes.render(spec, path.read_text(encoding="utf-8"))
        files |= {f"kubernetes/{name}": text for name, text in manifests.items()}
    return {name: files[name] for name in wanted}


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_a_spec_renders_the_files_kept_beside_it(case: Path, *, update_golden: bool) -> None:
    """`pytest --update-golden` writes them; read the diff."""
    files, expected = _rendered(case), case / "expected"
    if update_golden:
        for name, text in files.items():
            (expected / name).parent.mkdir(parents=True, exist_ok=True)
            (expected / name).write_text(text, encoding="utf-8")
    kept = {
        path.relative_to(expected).as_posix(): path.read_text(encoding="utf-8")
        for path in expected.rglob("*")
        if path.is_file()
    }
    assert kept == files


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_the_real_tools_accept_what_is_kept(case: Path, judge: Callable[[Files], None]) -> None:
    """The last word is theirs."""
    judge(_rendered(case))
