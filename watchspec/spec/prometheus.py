"""How Prometheus itself runs, which versions the output is for, and where links lead."""

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from watchspec.spec.base import DurationText, Model, SecretRef, SizeText, url_of
from watchspec.units import Duration


class RemoteWrite(Model):
    """A store that every sample is sent to as well."""

    url: Annotated[str, url_of("http", "https")]
    """Where it takes samples."""
    username: str | None = None
    """Who logs in."""
    password: SecretRef | None = None
    """Where the password lies."""
    bearer: SecretRef | None = None
    """A bearer token."""


class Prometheus(Model):
    """How often to scrape and evaluate, and how much to keep."""

    scrape_interval: DurationText = Duration(15_000)
    """How often everything is looked at."""
    scrape_timeout: DurationText | None = None
    """The scrape interval by default, 10 s at the most."""
    evaluation_interval: DurationText | None = None
    """The scrape interval by default."""
    retention: DurationText = Duration(45 * 86_400_000)
    """How long samples are kept."""
    retention_size: SizeText | None = None
    """How much disk they may take; the oldest go first."""
    keep: Literal["all", "used"] = "all"
    """Which series: `used` are those that rules and dashboards read; dashboards of others may lack some."""
    replicas: Annotated[int, Field(ge=1, le=2)] = 1
    """How many of Prometheus and of Alertmanager each; two tell of an alert once, whichever of them is left."""
    remote_write: tuple[RemoteWrite, ...] = ()
    """Stores that get every sample as well."""


def _version(value: object) -> str:
    text = getattr(value, "text", str(value))
    if not re.fullmatch(r"\d+(\.\d+){0,2}", text):
        raise ValueError("not a version; write one such as 3.5")
    return str(text)


Version = Annotated[str, BeforeValidator(_version), WithJsonSchema({"type": ["string", "number"]})]


class Versions(Model):
    """The versions that the output is written for."""

    prometheus: Version = "3.5"
    """Of Prometheus."""
    alertmanager: Version = "0.33"
    """Of Alertmanager."""
    grafana: Version = "12"
    """Of Grafana."""


class Links(Model):
    """Where the links in messages and dashboards lead: the addresses that people open."""

    grafana: Annotated[str, url_of("http", "https")] = "http://localhost:3000"
    """Of Grafana."""
    prometheus: Annotated[str, url_of("http", "https")] = "http://localhost:9090"
    """Of Prometheus."""
    alertmanager: Annotated[str, url_of("http", "https")] = "http://localhost:9093"
    """Of Alertmanager."""
    runbooks: str = "docs/alerts"
    """What stands before `/<Alert>.md`: the address of this folder in your repository's web view."""
