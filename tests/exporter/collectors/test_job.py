"""Jobs: the files they leave and the heartbeats they send."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from exporter.collectors.job import JobCollector
from exporter.deadline import Deadline
from exporter.heartbeats import Heartbeats
from exporter.place import Place
from exporter.reasons import ScrapeError
from watchspec.spec.job import Job

Values = Callable[[object], dict[str, float]]
INTERVAL = 'watchspec_job_interval_seconds{target="backup"}'
SUCCESS = 'watchspec_job_last_success_timestamp_seconds{target="backup"}'
FILES = 'watchspec_job_files{target="backup"}'
SIZE = 'watchspec_job_file_size_bytes{target="backup"}'
MTIME = 'watchspec_job_file_mtime_seconds{target="backup"}'


def collector(place: Place, **source: object) -> JobCollector:
    """A collector of one job that runs daily."""
    return JobCollector(Job.model_validate({"name": "backup", "every": "24h", **source}), place)


def written(path: Path, text: str, at: float) -> None:
    """A file of that age."""
    path.write_text(text)
    os.utime(path, (at, at))


def test_a_file_tells_of_its_age_and_size(place: Place, tmp_path: Path, values: Values) -> None:
    """Relative to the spec's folder."""
    written(tmp_path / "latest.dump", "12345", 1700000000)

    found = values(collector(place, file="latest.dump").collect(Deadline.after(5)))

    assert found == {INTERVAL: 86400, FILES: 1, SIZE: 5, MTIME: 1700000000, SUCCESS: 1700000000}


def test_the_newest_of_a_pattern_counts(place: Place, tmp_path: Path, values: Values) -> None:
    """What is a folder or does not match does not."""
    written(tmp_path / "a-1.dump", "1", 1000)
    written(tmp_path / "a-2.dump", "12", 3000)
    written(tmp_path / "a-3.dump", "123", 2000)
    written(tmp_path / "b-1.dump", "1234", 4000)
    (tmp_path / "a-4.dump").mkdir()

    found = values(collector(place, file="a-*.dump").collect(Deadline.after(5)))

    assert (found[FILES], found[SIZE], found[SUCCESS]) == (3, 2, 3000)


@pytest.mark.parametrize("file", ["no.dump", "*.dump", "nowhere/no.dump", "nowhere/*.dump"])
def test_a_file_that_is_not_there_yet_is_no_failure(place: Place, values: Values, file: str) -> None:
    """There is nothing to tell but that."""
    assert values(collector(place, file=file).collect(Deadline.after(5))) == {INTERVAL: 86400, FILES: 0}


def test_an_absolute_file_is_the_hosts(tmp_path: Path, values: Values) -> None:
    """Below the root where the host is mounted."""
    (tmp_path / "backups").mkdir()
    written(tmp_path / "backups/x", "1", 5000)

    found = values(collector(Place(Path("/nowhere"), tmp_path), file="/backups/x").collect(Deadline.after(5)))

    assert found[SUCCESS] == 5000


@pytest.mark.parametrize("file", ["plain/x", "plain/*"])
def test_a_folder_that_cannot_be_read_is_a_failure(place: Place, tmp_path: Path, values: Values, file: str) -> None:
    """With what is known all the same. A plain file instead of a folder: it stops the superuser too."""
    (tmp_path / "plain").write_text("")

    with pytest.raises(ScrapeError) as caught:
        collector(place, file=file).collect(Deadline.after(5))

    assert caught.value.reason == "denied"
    assert values(caught.value.families) == {INTERVAL: 86400}


def test_a_heartbeat_is_told_once_there_was_one(tmp_path: Path, values: Values) -> None:
    """Absent before."""
    heartbeats = Heartbeats({"backup": lambda: "t"})
    ours = collector(Place(tmp_path, heartbeats=heartbeats), heartbeat={"file": "token"})
    assert values(ours.collect(Deadline.after(5))) == {INTERVAL: 86400}

    heartbeats.beat("backup", "t")

    assert values(ours.collect(Deadline.after(5))) == {INTERVAL: 86400, SUCCESS: heartbeats.last("backup")}


def test_a_metric_is_somebody_elses(place: Place, values: Values) -> None:
    """The interval is all that is added."""
    ours = collector(place, metric="backup_last_success_timestamp_seconds")

    assert values(ours.collect(Deadline.after(5))) == values(ours.down()) == {INTERVAL: 86400}
