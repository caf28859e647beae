"""What the engine itself says of every running container: nothing that it could do without, it has."""

from typing import Any

import pytest

from tests.support.composed import CORE, DEMO, Project, inspect

ENDED = "secrets"
"""Root for a second, without a network; what it may not have is the same."""


@pytest.fixture(scope="module")
def containers(stack: Project) -> dict[str, dict[str, Any]]:
    """All of them, by service."""
    found = stack.containers()
    assert found.keys() == {*CORE, *DEMO, ENDED}
    return found


@pytest.fixture(scope="module")
def hosts(containers: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What each was created with."""
    return {name: found["HostConfig"] for name, found in containers.items()}


def test_nobody_is_root(containers: dict[str, dict[str, Any]]) -> None:
    """Not by the image, not by the file."""
    users = {name: found["Config"]["User"] for name, found in containers.items()}
    assert users.pop(ENDED) == "0:0"
    assert {name for name, user in users.items() if user.split(":")[0] in ("", "0", "root")} == set()


def test_no_process_of_a_running_container_is_root(stack: Project) -> None:
    """As the kernel sees them, with those that the program started."""
    for name in (*CORE, *DEMO):
        # /proc of the container: the exporter sees the machine's, so it is asked for its own process only.
        asked = "/proc/self/status" if name == "exporter" else "/proc/[0-9]*/status"
        said = stack.compose("exec", "-T", name, "sh", "-c", f"cat {asked}")
        users = {line.split()[1] for line in said.splitlines() if line.startswith("Uid:")}
        powers = {line.split()[1] for line in said.splitlines() if line.startswith(("CapEff:", "CapPrm:", "CapBnd:"))}
        assert "0" not in users, name
        assert {int(power, 16) for power in powers} == {0}, name


def test_root_file_systems_are_read_only(hosts: dict[str, dict[str, Any]]) -> None:
    """What must be written lies in a volume, or in memory."""
    assert {name for name, host in hosts.items() if not host["ReadonlyRootfs"]} == set()


def test_nobody_can_write_where_programs_lie(stack: Project) -> None:
    """The kernel refuses."""
    for name in (*CORE, *DEMO):
        said = stack.compose("exec", "-T", name, "sh", "-c", "touch /usr/x 2>&1 || echo refused")
        assert "Read-only file system" in said, name
        assert said.endswith("refused\n"), name


def test_capabilities_are_dropped_and_none_is_gained(hosts: dict[str, dict[str, Any]]) -> None:
    """Only who copies the secrets gets back what reading and giving them away needs."""
    assert {name for name, host in hosts.items() if host["CapDrop"] != ["ALL"]} == set()
    added = {name: {power.removeprefix("CAP_") for power in host["CapAdd"] or ()} for name, host in hosts.items()}
    assert {name: powers for name, powers in added.items() if powers} == {ENDED: {"CHOWN", "DAC_OVERRIDE", "FOWNER"}}
    assert {name for name, host in hosts.items() if host["Privileged"]} == set()
    options = {name: {*host["SecurityOpt"]} for name, host in hosts.items()}
    options["exporter"].discard("label=disable")  # the engine's own addition to who sees the machine's processes
    assert {name for name, given in options.items() if given != {"no-new-privileges:true"}} == set()


def test_memory_processes_and_processors_are_bounded(hosts: dict[str, dict[str, Any]]) -> None:
    """One that runs away takes nobody with it."""
    for name, host in hosts.items():
        assert 0 < host["Memory"] <= 2 * 1024**3, name
        assert 0 < host["PidsLimit"] <= 256, name
        assert 0 < host["NanoCpus"] <= 10**9, name


def test_logs_are_rotated(hosts: dict[str, dict[str, Any]]) -> None:
    """30 MB each at the most."""
    options = {"max-file": "3", "max-size": "10m"}
    assert {name for name, host in hosts.items() if host["LogConfig"] != {"Type": "local", "Config": options}} == set()


def test_all_come_back_after_a_crash_or_a_reboot(hosts: dict[str, dict[str, Any]]) -> None:
    """Unless somebody stopped them."""
    policies = {name: host["RestartPolicy"]["Name"] for name, host in hosts.items()}
    assert policies.pop(ENDED) in ("", "no")
    assert {*policies.values()} == {"unless-stopped"}


def test_ports_are_open_on_loopback_only(hosts: dict[str, dict[str, Any]]) -> None:
    """As the engine opened them."""
    ports = [port for host in hosts.values() for port in (host["PortBindings"] or {}).values()]
    assert len(ports) == 5
    assert {binding["HostIp"] for port in ports for binding in port} == {"127.0.0.1"}


def test_only_what_publishes_a_port_has_a_way_out(containers: dict[str, dict[str, Any]], stack: Project) -> None:
    """The network between the parts leads nowhere; databases are on the network of what is watched only."""
    joined = {name: {*found["NetworkSettings"]["Networks"]} for name, found in containers.items()}
    outer, inner = f"{stack.name}_outer", f"{stack.name}_inner"
    assert {name for name, networks in joined.items() if outer in networks} == {*CORE, "demo", "mailbox"}
    assert {name for name, networks in joined.items() if inner in networks} == {*CORE}
    assert joined["redis"] == joined["postgres"] == {stack.variables["WATCHSPEC_NETWORK"]}
    assert joined[ENDED] == {"none"}
    assert inspect("network", inner)[0]["Internal"] is True


def test_no_secret_is_in_an_environment_a_command_or_a_label(
    containers: dict[str, dict[str, Any]], stack: Project
) -> None:
    """Whoever may ask the engine sees these; so do child processes and crash reports."""
    values = [path.read_text().strip() for path in (stack.folder / "secrets").iterdir() if path.name != "slack_webhook"]
    assert len(values) == 3
    for name, found in containers.items():
        assert [value for value in values if value in str(found)] == [], name


def test_a_secret_that_only_one_needs_is_readable_to_it_alone(stack: Project) -> None:
    """The superuser's password to Postgres, the administrator's to Grafana; all lie on one volume."""
    for name in CORE:
        said = stack.compose(
            "exec", "-T", name, "sh", "-c", "cd /etc/watchspec/secrets && cat * 2>/dev/null; stat -c %n *"
        )
        for secret in ("postgres_superuser", "grafana_admin"):
            assert secret in said
            assert (stack.folder / "secrets" / secret).read_text().strip() not in said, name


def test_only_data_is_mounted_for_writing(containers: dict[str, dict[str, Any]]) -> None:
    """Its own, each; configuration, rules and secrets cannot be changed from inside."""
    written = {
        name: {mount["Destination"] for mount in found["Mounts"] if mount["RW"] and mount["Type"] != "tmpfs"}
        for name, found in containers.items()
    }
    assert {name: places for name, places in written.items() if places} == {
        ENDED: {"/secrets/machine", "/secrets/stack"},
        "exporter": {"/var/lib/watchspec"},
        "prometheus": {"/prometheus"},
        "alertmanager": {"/alertmanager"},
    }


def test_nobody_has_the_engines_socket_or_the_machines_network(containers: dict[str, dict[str, Any]]) -> None:
    """The exporter alone sees the machine's processes, which it reports."""
    for name, found in containers.items():
        assert not any("docker.sock" in mount["Source"] for mount in found["Mounts"]), name
        assert found["HostConfig"]["NetworkMode"] != "host", name
        assert found["HostConfig"]["IpcMode"] in ("private", "shareable"), name
    assert {name for name, found in containers.items() if found["HostConfig"]["PidMode"] == "host"} == {"exporter"}


def test_every_running_part_has_a_health_check(containers: dict[str, dict[str, Any]]) -> None:
    """`up --wait` means that all of it works."""
    checked = {name for name, found in containers.items() if found["Config"].get("Healthcheck", {}).get("Test")}
    assert checked == {*CORE, *DEMO}
