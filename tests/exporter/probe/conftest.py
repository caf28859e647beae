"""What the tests of probes share: how to probe, and an authority for certificates."""

from collections.abc import Callable

import pytest

from exporter.collectors.service import ServiceCollector
from exporter.deadline import Deadline
from exporter.place import Place
from exporter.reasons import ScrapeError
from tests.support.certificates import Pair, authority
from tests.support.probing import Probe, Result, left_open
from watchspec.spec import Service


@pytest.fixture
def probe(place: Place, values: Callable[[object], dict[str, float]]) -> Probe:
    """Probe a URL once, as the spec's other keys say, within `seconds`; nothing may be left open."""

    def run(url: str, seconds: float = 5, **more: object) -> Result:
        spec = Service.model_validate({"name": "api", "url": url, **more})
        collector = ServiceCollector(spec, spec.url[0], place)
        before, error = left_open(), None
        try:
            families = list(collector.collect(Deadline.after(seconds)))
        except ScrapeError as caught:
            error, families = caught, list(caught.families)
        collector.close()
        assert left_open() <= before
        found = {
            series.replace(',target="api"', "").replace('{target="api"}', ""): value
            for series, value in values(families).items()
        }
        return Result(found, error.reason if error else None, str(error or ""))

    return run


@pytest.fixture(scope="session")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """An authority of our own."""
    return authority(tmp_path_factory.mktemp("ca"), "/C=RS/O=Own, Inc./OU=A/OU=B/CN=Own CA/emailAddress=a@example.com")


@pytest.fixture
def trusted(ca: Pair) -> dict[str, str]:
    """`tls:` of a service that trusts it."""
    return {"ca": str(ca.certificate)}
