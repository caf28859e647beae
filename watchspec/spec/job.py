"""Batch work that must have succeeded lately."""

from typing import Annotated, Self

from pydantic import AfterValidator, model_validator

from watchspec.spec._target import Target
from watchspec.spec.base import DurationText, MetricName, SecretRef


def _file(text: str) -> str:
    folder, _, name = text.rpartition("/")
    if not name:
        raise ValueError("names no file; write /FOLDER/FILE")
    if any(letter in folder for letter in "*?["):
        raise ValueError("a pattern may stand for the file only, not for its folder")
    return text


class Job(Target):
    """A backup, a report, a cron job: a file it leaves, a metric it publishes, or a heartbeat it sends."""

    file: Annotated[str, AfterValidator(_file)] | None = None
    """A file whose age and size are watched: of the host, or relative to the spec's folder. `*`, `?` and `[ab]` in its
    name stand for the newest that matches."""
    metric: MetricName | None = None
    """A gauge of the last success in Unix seconds, from a textfile or a service."""
    heartbeat: SecretRef | None = None
    """The token with which the job posts to `/heartbeat/NAME` when it succeeds."""
    every: DurationText
    """How often it succeeds when all is well."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if sum(source is not None for source in (self.file, self.metric, self.heartbeat)) != 1:
            raise ValueError("give one of file, metric and heartbeat")
        return self
