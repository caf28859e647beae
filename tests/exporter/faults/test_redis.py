"""A broken Redis costs only its own samples."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import redis as client

from tests.support.servers import Running, redis_server, wait_until
from tests.support.serving import Page, Serving, quiet
from tests.support.talkers import blackhole, dripping, endless, silent, talker

Watch = Callable[..., AbstractContextManager[Serving]]
Harmless = Callable[[Serving, str, str], Page]


def redis(port: int, name: str = "broken", **more: object) -> dict[str, object]:
    """The target, as a spec has it."""
    return {"name": name, "url": f"redis://127.0.0.1:{port}", **more}


def test_a_frozen_redis_times_out_and_is_well_again_when_it_thaws(
    watch: Watch, harmless: Harmless, redis_server: Running
) -> None:
    """SIGSTOP: the kept connection is open, and nobody answers on it."""
    with watch(redis=[redis(redis_server.port)]) as exporter:
        page, before = quiet(exporter)
        assert page.up("redis", "broken") == 1
        redis_server.freeze()
        pages = [harmless(exporter, "redis", "broken") for _ in range(2)]
        assert [one.values['redis_up{target="broken"}'] for one in pages] == [0, 0]
        assert pages[1].reasons("broken") == {"timeout"}
        redis_server.thaw()

        assert exporter.page().up("redis", "broken") == 1
        exporter.settled(before)


def test_a_redis_that_stops_is_refused_and_well_again_when_it_starts(
    watch: Watch, harmless: Harmless, redis_server: Running
) -> None:
    """At once: a refusal needs no deadline."""
    with watch(redis=[redis(redis_server.port)]) as exporter:
        _, before = quiet(exporter)
        redis_server.stop()
        page = harmless(exporter, "redis", "broken")
        assert (page.reasons("broken"), page.seconds < 1) == ({"refused"}, True)
        redis_server.start()

        assert exporter.page().up("redis", "broken") == 1
        exporter.settled(before)


def test_a_blackholed_port_times_out(watch: Watch, harmless: Harmless) -> None:
    """The connection is never made."""
    with blackhole() as port, watch(redis=[redis(port)]) as exporter:
        _, before = quiet(exporter)
        assert harmless(exporter, "redis", "broken").reasons("broken") == {"timeout"}
        exporter.settled(before)


@pytest.mark.parametrize(
    ("talk", "reason"),
    [
        (silent, "timeout"),
        (dripping(b"$1000\r\n", b"x"), "timeout"),
        (endless(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "protocol"),
        (endless(b"$900000000000\r\n"), "protocol"),
    ],
    ids=["silent", "slow-dripping", "another protocol", "endless reply"],
)
def test_what_is_no_redis_costs_only_itself(
    watch: Watch, harmless: Harmless, talk: Callable[..., None], reason: str
) -> None:
    """Whatever it says, however slowly, for however long."""
    with talker(talk) as port, watch(redis=[redis(port)]) as exporter:
        _, before = quiet(exporter)
        assert harmless(exporter, "redis", "broken").reasons("broken") == {reason}
        exporter.settled(before)


def test_a_wrong_password_is_named_and_never_shown(watch: Watch, harmless: Harmless, tmp_path: Path) -> None:
    """Neither the wrong one nor the right one."""
    (tmp_path / "wrong").write_text("S3cret-wrong")
    with (
        redis_server(tmp_path, "--requirepass", "S3cret-right") as server,
        watch(redis=[redis(server.port, password={"file": "wrong"})]) as exporter,
    ):
        _, before = quiet(exporter)
        page = harmless(exporter, "redis", "broken")
        assert page.reasons("broken") == {"auth"}
        assert "S3cret" not in page.text + exporter.log.read_text()
        exporter.settled(before)


def test_a_user_without_config_gets_all_but_the_configuration(
    watch: Watch, harmless: Harmless, redis_server: Running, tmp_path: Path
) -> None:
    """As on servers that somebody else runs."""
    (tmp_path / "password").write_text("pw")
    with client.Redis(port=redis_server.port) as admin:
        admin.execute_command("ACL", "SETUSER", "watch", "on", ">pw", "~*", "&*", "+@all", "-config")
    given = redis(redis_server.port, username="watch", password={"file": "password"})
    with watch(redis=[given, redis(redis_server.port, "all")]) as exporter:
        _, before = quiet(exporter)
        page = harmless(exporter, "redis", "broken")
        exporter.settled(before)

    whole, part = ({series.partition("{")[0] for series in page.of(name)} for name in ("all", "broken"))
    assert page.values['redis_up{target="broken"}'] == 1
    assert "redis_memory_used_bytes" in part
    assert whole - part
    assert {name for name in whole - part if "config" not in name} <= {"redis_db_keys", "redis_db_keys_expiring"}


def test_a_redis_out_of_clients_is_named(watch: Watch, harmless: Harmless, tmp_path: Path) -> None:
    """And let in when there is room again."""
    with (
        redis_server(tmp_path, "--maxclients", "1") as server,
        client.Redis(port=server.port) as only,
        watch(redis=[redis(server.port)]) as exporter,
    ):
        only.ping()
        _, before = quiet(exporter)
        assert harmless(exporter, "redis", "broken").reasons("broken") == {"refused"}
        exporter.settled(before)
        only.close()
        wait_until(lambda: exporter.page().up("redis", "broken") == 1, "Redis to let the exporter in")
