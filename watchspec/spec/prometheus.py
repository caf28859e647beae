"""How Prometheus itself runs, which versions the output is for, and where links lead."""

import re
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from watchspec.spec._base import DurationText, Model, SecretRef, SizeText, url_of
from watchspec.units import Duration


class RemoteWrite(Model):
    """A store that every sample is sent to as well."""

    url: Annotated[str, url_of("http", "https")]
    username: str | None = None
    password: SecretRef | None = None
    bearer: SecretRef | None = None
    """A bearer token."""


class Prometheus(Model):
    """How often to scrape and evaluate, and how much to keep."""

    scrape_interval: DurationText = Duration(15_000)
    scrape_timeout: DurationText | None = None
    """The scrape interval by default, 10 s at the most."""
    evaluation_interval: DurationText | None = None
    """The scrape interval by default."""
    retention: DurationText = Duration(45 * 86_400_000)
    retention_size: SizeText | None = None
    remote_write: tuple[RemoteWrite, ...] = ()


def _version(value: object) -> str:
    text = getattr(value, "text", str(value))
    if not re.fullmatch(r"\d+(\.\d+){0,2}", text):
        raise ValueError("not a version; write one such as 3.5")
    return str(text)


Version = Annotated[str, BeforeValidator(_version), WithJsonSchema({"type": ["string", "number"]})]


class Versions(Model):
    """The versions that the output is written for."""

    prometheus: Version = "3.5"
    alertmanager: Version = "0.33"
    grafana: Version = "12"


class Links(Model):
    """Where the links in messages and dashboards lead: the addresses that people open."""

    grafana: Annotated[str, url_of("http", "https")] = "http://localhost:3000"
    prometheus: Annotated[str, url_of("http", "https")] = "http://localhost:9090"
    alertmanager: Annotated[str, url_of("http", "https")] = "http://localhost:9093"
    runbooks: str = "docs/alerts"
    """What stands before `/<Alert>.md`: the address of this folder in your repository's web view."""
