"""A spec as plain values, made by a process of its own."""

import io
import pickle
from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import BaseModel

from watchspec import plain, values
from watchspec.child import load
from watchspec.errors import UsageError
from watchspec.kinds import KINDS, Kind
from watchspec.load import load as load_model
from watchspec.units import Duration, Ratio

SPEC = """\
version: 1
name: shop
hosts: [{name: web-1, filesystems: {exclude: [/boot]}}]
redis: [{name: cache, url: "redis://redis:6379/0", queues: {jobs: {warning: 1000, critical: {above: 5000, for: 1m}}}}]
services: [{name: api, url: "http://api:8000", timeout: 2s, slo: {availability: 99.9%}}]
postgres: [{name: main, url: "postgresql://u@db/app", password: {env: PG}}]
jobs: [{name: backup, file: dump, every: 24h}]
channels: {mail: {email: [a@example.org]}}
smtp: {host: "mail:587", from: a@example.org}
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """A spec with one target of each kind."""
    path = tmp_path / "monitoring.yml"
    path.write_text(SPEC)
    return path


def alike(model: object, found: object) -> bool:
    """Whether the plain value says what the model says, all the way down."""
    if isinstance(model, BaseModel):
        return all(alike(getattr(model, name), getattr(found, name)) for name in type(model).model_fields)
    if isinstance(model, Mapping):
        assert isinstance(found, Mapping)
        return model.keys() == found.keys() and all(alike(model[key], found[key]) for key in model)
    if isinstance(model, tuple):
        assert isinstance(found, tuple)
        return len(model) == len(found) and all(map(alike, model, found))
    return model == found


def test_every_kind_has_its_section() -> None:
    """What the type checker knows is what the table says."""
    assert Kind.__args__ == tuple(KINDS)  # type: ignore[attr-defined]


def test_the_child_gives_what_the_model_says(spec: Path) -> None:
    """Under the same names, for every section that an exporter needs."""
    model, found = load_model(spec).spec, load(spec)

    assert found.folder == spec.parent
    for section in ("name", "labels", "links", *KINDS.values()):
        assert alike(getattr(model, section), getattr(found.spec, section)), section
    assert found.spec.services[0].timeout == Duration(2000)
    assert found.spec.services[0].slo is not None
    assert found.spec.services[0].slo.availability == Ratio.parse("99.9%")


def test_properties_of_models_are_values(spec: Path) -> None:
    """Nobody can compute them later."""
    setting = load(spec).spec.redis[0].queues["jobs"]

    assert setting.levels["warning"].threshold == 1000
    assert (setting.levels["critical"].threshold, setting.levels["critical"].for_) == (5000, Duration(60_000))


def test_who_is_told_does_not_reach_the_exporter(spec: Path) -> None:
    """It has no use for addresses of people."""
    found = load(spec).spec

    assert not hasattr(found, "channels")
    assert not hasattr(found, "smtp")


def test_a_plain_spec_does_not_change(spec: Path) -> None:
    """Like the model; two are equal if all they say is."""
    first, second = load(spec).spec, load(spec).spec

    with pytest.raises(AttributeError, match="does not change"):
        first.redis[0].url = "redis://elsewhere"  # type: ignore[misc]
    assert first == second
    spec.write_text(SPEC.replace("redis:6379", "redis:6380"))
    third = load(spec).spec
    assert first.redis != third.redis
    assert first.services == third.services


def test_addresses_are_rewritten(spec: Path) -> None:
    """As `--connect` says."""
    assert load(spec, ["redis:6379=127.0.0.1:7000"]).spec.redis[0].url == "redis://127.0.0.1:7000/0"
    with pytest.raises(UsageError, match="--connect nonsense: write HOST:PORT"):
        load(spec, ["nonsense"])


def test_a_wrong_spec_says_what_check_says(spec: Path) -> None:
    """Every problem, with its place; and what is only doubtful is a warning."""
    warnings = load_model(spec).warnings
    assert load(spec).warnings == tuple(map(str, warnings))

    spec.write_text(SPEC.replace("hosts:", "hots:").replace("every: 24h", "every: daily"))
    with pytest.raises(UsageError) as caught:
        load(spec)
    lines = str(caught.value).splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(f"{spec}:3:1: hots: unknown key")
    assert lines[1].startswith(f"{spec}:7:")


def test_nothing_is_written_about_a_wrong_spec(spec: Path) -> None:
    """The exit status says so."""
    spec.write_text("version: 1\n")
    out, errors = io.BytesIO(), io.StringIO()

    assert plain.main([str(spec)], out, errors) == 2
    assert (out.getvalue(), errors.getvalue().count("\n")) == (b"", 1)
    assert plain.main([str(spec.parent / "none.yml")], out, errors) == 2
    assert out.getvalue() == b""


def test_only_values_of_a_spec_are_read() -> None:
    """Bytes that would make anything else are refused, before it is made."""
    with pytest.raises(pickle.UnpicklingError, match="not part of a spec"):
        values.read(pickle.dumps(Path("/")))
    with pytest.raises(pickle.UnpicklingError, match=r"builtins\.print"):
        values.read(pickle.dumps(print))
    assert values.read(values.written((Duration(1), {"a": (1, 2.5, None)}))) == (Duration(1), {"a": (1, 2.5, None)})
