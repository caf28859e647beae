"""Many targets, many scrapes, many clients."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

from tests.support.servers import Running
from tests.support.serving import TIMEOUT, Page, Serving, quiet

Watch = Callable[..., AbstractContextManager[Serving]]
Harmless = Callable[[Serving, str, str], Page]


def test_one_of_fifty_targets_hangs_and_the_others_are_whole(
    watch: Watch, harmless: Harmless, redis_server: Running, well_port: int
) -> None:
    """The scrape still ends before its timeout."""
    others = [{"name": f"r{number}", "url": f"redis://127.0.0.1:{well_port}/{number % 16}"} for number in range(48)]
    broken = {"name": "broken", "url": f"redis://127.0.0.1:{redis_server.port}"}
    with watch(redis=[*others, broken]) as exporter:
        whole, before = quiet(exporter)
        redis_server.freeze()
        page = harmless(exporter, "redis", "broken")
        assert sum(value for series, value in page.values.items() if series.startswith("redis_up{")) == 49
        for name in ("r0", "r47"):
            assert whole.of(name) <= page.of(name)
        redis_server.thaw()
        assert exporter.page().up("redis", "broken") == 1
        exporter.settled(before)


def test_fifty_scrapes_at_once_are_all_answered(watch: Watch, redis_server: Running) -> None:
    """Each with the whole page, or at once with 503; nothing is left over."""
    frozen = {"name": "broken", "url": f"redis://127.0.0.1:{redis_server.port}"}
    with watch(redis=[frozen]) as exporter:
        whole, before = quiet(exporter)
        with ThreadPoolExecutor(50) as pool:
            pages = list(pool.map(lambda _: exporter.page(), range(50)))
            answered = [page for page in pages if page.status == 200]
            assert {page.status for page in pages} <= {200, 503}
            assert len(answered) >= 8
            assert all(page.of("well") >= whole.of("well") for page in answered)
            assert max(page.seconds for page in pages) < TIMEOUT
            exporter.settled(before)

            redis_server.freeze()
            pages = list(pool.map(lambda _: exporter.page(), range(50)))
            answered = [page for page in pages if page.status == 200]
            assert {page.status for page in pages} <= {200, 503}
            assert all(page.of("well") >= whole.of("well") for page in answered)
            redis_server.thaw()
        assert exporter.page().up("redis", "broken") == 1
        exporter.settled(before)
