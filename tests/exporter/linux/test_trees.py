"""A host's recorded files become the page beside them: `trees/<case>/…` → `trees/<case>.prom`.

`<case>.yml` holds settings of the host, if there are any. `--update-golden` writes the pages.
"""

import os
import re
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from exporter.collectors.host import HostCollector
from exporter.deadline import Deadline
from exporter.linux.filesystem import Prober
from exporter.place import Place
from exporter.text import encode, merged
from watchspec.spec.host import Host

TREES = Path(__file__).parent / "trees"
CASES = sorted(path.name for path in TREES.iterdir() if path.is_dir())
SIZES = os.statvfs_result((4096, 4096, 1000, 400, 300, 5000, 4000, 3900, 4096, 255))


def statvfs(path: str) -> os.statvfs_result:
    """Every file system is of one size, and one is gone."""
    if path.endswith("/gone"):
        raise FileNotFoundError(2, "No such file or directory")
    return SIZES


def page(case: str) -> str:
    """The page without what is of this machine: its clock, its processor, the times of files in the checkout."""
    settings = TREES / f"{case}.yml"
    spec = yaml.safe_load(settings.read_text()) if settings.exists() else {}
    switches = {"time": False, "timex": False} | spec.pop("collectors", {})
    host = Host.model_validate({"name": "web-1", "collectors": switches, **spec})
    collector = HostCollector(host, Place(TREES, TREES / case))
    collector._prober = Prober(statvfs)
    text = encode(merged(collector.collect(Deadline.after(5)))[0]).decode()
    collector.close()
    text = re.sub(r"^(node_textfile_mtime_seconds\{.*\}) .*", r"\1 1700000000", text, flags=re.MULTILINE)
    text = re.sub(r"^(node_scrape_collector_duration_seconds\{.*\}) .*", r"\1 0", text, flags=re.MULTILINE)
    return text.replace(f'machine="{os.uname().machine}"', 'machine="x86_64"')


@pytest.mark.parametrize("case", CASES)
def test_recorded_files_become_the_page_beside_them(case: str, *, update_golden: bool) -> None:
    """Every series of it."""
    golden, found = TREES / f"{case}.prom", page(case)
    if update_golden:
        golden.write_text(found)

    assert found == golden.read_text()
    assert len(list(text_string_to_metric_families(found))) > 10


def test_every_page_has_its_files_and_every_setting_its_page() -> None:
    """None is left over."""
    assert {path.stem for path in TREES.glob("*.prom")} == set(CASES)
    assert {path.stem for path in TREES.glob("*.yml")} <= set(CASES)
