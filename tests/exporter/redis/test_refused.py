"""Why a server cannot be read: the reasons, and what is never told."""

import socket
from collections.abc import Callable, Iterator
from logging.handlers import MemoryHandler
from pathlib import Path

import pytest
import redis

from exporter.collectors.redis import RedisCollector
from exporter.deadline import Deadline
from exporter.log import LOGGER, Lines
from exporter.place import Place
from exporter.reasons import ScrapeError
from exporter.text import encode, merged
from tests.support import certificates
from tests.support.servers import Running, free_port, redis_server
from tests.support.talkers import talker
from watchspec.spec import Redis

Values = Callable[[object], dict[str, float]]
Collectors = Callable[..., RedisCollector]
Log = Callable[[], list[str]]


@pytest.fixture
def collector(place: Place) -> Iterator[Collectors]:
    """Make collectors; they are closed in the end."""
    made: list[RedisCollector] = []

    def make(url: str, **more: object) -> RedisCollector:
        made.append(RedisCollector(Redis.model_validate({"name": "c", "url": url, **more}), place))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def log() -> Iterator[Log]:
    """Lines that the exporter logs, as it writes them."""
    handler = MemoryHandler(capacity=1000)
    handler.setFormatter(Lines())
    LOGGER.addHandler(handler)
    yield lambda: [handler.format(record) for record in handler.buffer]
    LOGGER.removeHandler(handler)


def failure(collector: RedisCollector) -> ScrapeError:
    """How collecting fails."""
    with pytest.raises(ScrapeError) as caught:
        collector.collect(Deadline.after(5))
    return caught.value


def up(collector: RedisCollector, values: Values) -> float:
    """Whether the server is read."""
    return values(collector.collect(Deadline.after(5)))['redis_up{target="c"}']


def test_a_password_that_changes_is_read_again(
    redis_server: Running, tmp_path: Path, collector: Collectors, values: Values
) -> None:
    """With the new one in the file there is not one failed scrape; before that, the reason is `auth`."""
    url, secret = f"redis://127.0.0.1:{redis_server.port}", tmp_path / "password"
    secret.write_text("first")
    with redis.Redis(port=redis_server.port) as admin:
        admin.execute_command("ACL", "SETUSER", "watch", "on", ">first", "+@all", "~*")
        ours = collector(url, username="watch", password={"file": "password"})
        assert up(ours, values) == 1
        admin.execute_command("ACL", "SETUSER", "watch", "resetpass", ">second")
        admin.execute_command("CLIENT", "KILL", "USER", "watch")
        assert failure(ours).reason == "auth"
        secret.write_text("second")
        assert up(ours, values) == 1
        admin.execute_command("ACL", "DELUSER", "watch")
        admin.execute_command("ACL", "SETUSER", "watch", "on", ">third", "+@all", "~*")
        secret.write_text("third")

        assert up(ours, values) == 1


def test_a_server_that_loads_its_data_says_so(collector: Collectors) -> None:
    """Where even INFO is refused meanwhile, as some managed servers do."""

    def load(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(b"+OK\r\n-LOADING Redis is loading the dataset in memory\r\n")
        connection.recv(4096)

    with talker(load) as port:
        assert failure(collector(f"redis://127.0.0.1:{port}")).reason == "loading"


def test_a_name_without_an_address_is_a_matter_of_dns(collector: Collectors) -> None:
    """The top-level domain `invalid` never has any (RFC 2606)."""
    assert failure(collector("redis://redis.invalid:6379")).reason == "dns"


def test_tls_is_verified_before_the_password_is_sent(tmp_path: Path, collector: Collectors, values: Values) -> None:
    """An unknown authority is `tls`; the right one, and none at all if the spec says so, are fine."""
    pair, port = certificates.self_signed(tmp_path, "server"), free_port()
    (tmp_path / "password").write_text("S3cret")
    options = ("--tls-port", str(port), "--tls-auth-clients", "no", "--requirepass", "S3cret")
    files = ("--tls-cert-file", str(pair.certificate), "--tls-key-file", str(pair.key))
    with redis_server(tmp_path, *options, *files, "--tls-ca-cert-file", str(pair.certificate)):
        url, given = f"rediss://localhost:{port}", {"password": {"file": "password"}}
        assert failure(collector(url, **given)).reason == "tls"
        assert failure(collector(url, **given, tls={"ca": "nowhere.pem"})).reason == "tls"
        assert up(collector(url, **given, tls={"ca": str(pair.certificate)}), values) == 1
        assert up(collector(url.replace("rediss", "valkeys"), **given, tls={"verify": False}), values) == 1


def test_a_unix_socket_is_as_good_as_a_port(tmp_path: Path, collector: Collectors, values: Values) -> None:
    """With the database in its query."""
    with redis_server(tmp_path, "--unixsocket", str(tmp_path / "s")):
        ours = collector(f"unix://{tmp_path}/s?db=3", queues={"jobs": {"warning": 1}})

        found = values(ours.collect(Deadline.after(5)))

    assert found['redis_key_size{db="db3",key="jobs",target="c"}'] == 0


def test_a_database_that_does_not_exist_is_denied(redis_server: Running, collector: Collectors) -> None:
    """There is nothing to select."""
    assert failure(collector(f"redis://127.0.0.1:{redis_server.port}/99")).reason == "denied"


def test_a_renamed_command_costs_only_its_families_and_is_told_once(
    tmp_path: Path, collector: Collectors, values: Values, log: Log
) -> None:
    """It is not asked again on this connection, so the server counts no more errors; on the next one it is."""
    with redis_server(tmp_path, "--rename-command", "CONFIG", "", "--rename-command", "SLOWLOG", "hidden") as server:
        ours = collector(f"redis://127.0.0.1:{server.port}")
        pages = [values(ours.collect(Deadline.after(5))) for _ in range(3)]
        ours.close()
        pages += [values(ours.collect(Deadline.after(5))) for _ in range(2)]

    errors = [page['redis_total_error_replies{target="c"}'] for page in pages]
    assert errors[1] == errors[2] < errors[4]
    for page in pages:
        assert page['watchspec_redis_command_denied{command="config|get",target="c"}'] == 1
        assert page['watchspec_redis_command_denied{command="slowlog|get",target="c"}'] == 1
        assert page['redis_db_keys{db="db15",target="c"}'] == 0
        assert not [series for series in page if series.startswith(("redis_config_", "redis_slowlog_"))]
    assert [line.count("command=") for line in log()] == [1, 1, 1]
    assert len(set(log())) == 3


def test_what_was_heard_before_a_failure_is_published(collector: Collectors, values: Values) -> None:
    """INFO came, then nothing more."""
    info = b"# Server\r\nredis_version:7.0.15\r\nuptime_in_seconds:5\r\n"

    def freeze(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(b"+OK\r\n$%d\r\n%b\r\n" % (len(info), info))
        while connection.recv(4096):
            pass

    with talker(freeze) as port:
        ours = collector(f"redis://127.0.0.1:{port}")
        with pytest.raises(ScrapeError) as caught:
            ours.collect(Deadline.after(0.3))

    found = values(caught.value.families)
    assert (caught.value.reason, found['redis_up{target="c"}']) == ("timeout", 1)
    assert found['redis_uptime_in_seconds{target="c"}'] == 5
    assert found['redis_exporter_last_scrape_error{err="timeout",target="c"}'] == 1


def test_no_secret_is_told_anywhere(tmp_path: Path, collector: Collectors, log: Log) -> None:
    """Neither on the page nor in the log nor in what is said of a failure; whether it is right or wrong."""
    (tmp_path / "right").write_text("S3cret-right")
    (tmp_path / "wrong").write_text("S3cret-wrong")
    said = []
    with redis_server(tmp_path, "--requirepass", "S3cret-right", "--rename-command", "CONFIG", "") as server:
        for name in ("right", "wrong"):
            ours = collector(f"redis://127.0.0.1:{server.port}", password={"file": name}, clients="by_name")
            try:
                families = ours.collect(Deadline.after(5))
            except ScrapeError as error:
                families = error.families
                said.append(str(error))
            said.append(encode(merged(families)[0]).decode())

    assert len(said) == 3
    assert "S3cret" not in "".join([*said, *log()])
    assert log()
