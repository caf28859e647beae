"""The exporter as Kubernetes runs it."""

import argparse
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from tests.support.manifests import CHANNELS
from watchspec.verbs import serve

Make = Callable[[str], Mapping[str, Any]]
REDIS = "redis: [{name: cache, url: 'redis://r:6379', password: {file: secrets/redis}}]\n"


def _pod(found: Mapping[str, Any], file: str = "deployment") -> dict[str, Any]:
    return dict(found[f"exporter/{file}.yml"]["spec"]["template"]["spec"])


def _container(found: Mapping[str, Any], file: str = "deployment") -> dict[str, Any]:
    return dict(_pod(found, file)["containers"][0])


def test_a_pod_may_do_no_more_than_the_restricted_standard_allows(manifests: Make) -> None:
    """Kubernetes' own, https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted."""
    pod, container = _pod(manifests(REDIS)), _container(manifests(REDIS))
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 10001
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
    }  # fmt: skip
    assert container["resources"]["limits"]["memory"]
    kinds = {key for volume in pod["volumes"] for key in volume} - {"name"}
    assert kinds <= {"configMap", "secret", "emptyDir"}
    assert not {"hostPID", "hostNetwork", "hostIPC"} & pod.keys()
    written = [mount["name"] for mount in container["volumeMounts"] if not mount.get("readOnly")]
    assert written == ["tmp"]


def test_the_service_and_the_selector_find_the_pod(manifests: Make) -> None:
    """By its labels."""
    found = manifests(REDIS)
    deployment = found["exporter/deployment.yml"]["spec"]
    labels = deployment["template"]["metadata"]["labels"]
    assert deployment["selector"]["matchLabels"].items() <= labels.items()
    assert found["exporter/service.yml"]["spec"]["selector"].items() <= labels.items()
    assert found["exporter/service.yml"]["spec"]["ports"][0]["targetPort"] == _container(found)["ports"][0]["name"]
    assert deployment["replicas"] == 1


def test_serve_understands_the_arguments(manifests: Make) -> None:
    """As the command line reads them; a name that looks like a variable stays what it is."""
    own = "hosts: [{name: $(HOME) -x}]\njobs: [{name: beat, heartbeat: {env: BEAT}, every: 1h}]\n"
    arguments = _container(manifests(own))["args"]
    assert "--host=$$(HOME) -x" in arguments
    parser = argparse.ArgumentParser()
    serve.add(parser)
    read = parser.parse_args([word.replace("$$(", "$(") for word in arguments])
    assert str(read.spec) == "/etc/watchspec/monitoring.yml"
    assert (read.listen, read.host, str(read.root), str(read.state)) == (
        ":9877", "$(HOME) -x", "/host", "/var/lib/watchspec",
    )  # fmt: skip


def test_a_changed_spec_is_a_new_pod(manifests: Make) -> None:
    """The ConfigMap holds the file as it was written, comments and all."""
    found, other = manifests(f"# why\n{REDIS}"), manifests(REDIS)
    text = found["exporter/spec.yml"]["data"]["monitoring.yml"] + "\n"
    assert text == f"version: 1\nname: stack\n# why\n{REDIS}"
    marks = [
        each["exporter/deployment.yml"]["spec"]["template"]["metadata"]["annotations"]["checksum/spec"]
        for each in (found, other)
    ]
    assert marks[0] == hashlib.sha256(text.encode()).hexdigest() != marks[1]


def test_secrets_lie_where_the_spec_names_them(manifests: Make) -> None:
    """Folders beside the spec whole, other files alone at their place, variables in the environment."""
    text = """
redis:
  - {name: a, url: "redis://a", password: {file: secrets/redis}}
  - {name: b, url: "redis://b", password: {file: /run/secrets/redis}}
  - {name: c, url: "redis://c", password: {env: REDIS}}
  - {name: d, url: "redis://d", password: {file: ../up}, tls: {ca: tls/ca.pem}}
  - {name: e, url: "redis://e", password: {file: secrets/deep/er}}
  - {name: f, url: "redis://f", password: {file: beside}}
"""
    found = manifests(text)
    mounts, volumes = _container(found)["volumeMounts"], {each["name"]: each for each in _pod(found)["volumes"]}
    there = {mount["mountPath"]: mount.get("subPath") for mount in mounts}
    assert there.keys() - {"/tmp"} == {  # the container's own
        "/etc/watchspec/monitoring.yml", "/etc/watchspec/secrets", "/etc/watchspec/tls", "/etc/watchspec/beside",
        "/run/secrets/redis", "/etc/up",
    }  # fmt: skip
    items = {
        f"{mount['mountPath']}/{item['path']}": item["key"]
        for mount in mounts
        if "subPath" not in mount
        for item in volumes[mount["name"]].get("secret", {}).get("items", [])
    }
    assert items.keys() == {
        "/etc/watchspec/secrets/redis",
        "/etc/watchspec/secrets/deep/er",
        "/etc/watchspec/tls/ca.pem",
    }
    assert items["/etc/watchspec/secrets/redis"] == "secrets.redis"
    assert {item["path"] for item in volumes["files"]["secret"]["items"]} == {
        there["/run/secrets/redis"], there["/etc/up"], there["/etc/watchspec/beside"],
    }  # fmt: skip
    assert _container(found)["env"] == [
        {"name": "REDIS", "valueFrom": {"secretKeyRef": {"name": "watchspec-secrets", "key": "REDIS"}}}
    ]


def test_the_spec_is_no_link(manifests: Make) -> None:
    """As a folder's would be: relative secrets are looked for beside what it leads to, and a change removes that."""
    spec = _container(manifests(REDIS))["volumeMounts"][0]
    assert spec["mountPath"] == "/etc/watchspec/monitoring.yml"
    assert spec["subPath"] == "monitoring.yml"


def test_it_is_given_no_secret_that_it_does_not_read(manifests: Make) -> None:
    """Those of channels are Alertmanager's."""
    found = manifests(CHANNELS)
    assert "env" not in _container(found)
    assert "watchspec-secrets" not in str(found["exporter/deployment.yml"])


def test_a_host_of_the_stacks_own_is_read_through_its_root(manifests: Make) -> None:
    """Read-only, with what is mounted later, and its processes."""
    found = manifests("hosts: [{name: metal}]\n")
    (root,) = (mount for mount in _container(found)["volumeMounts"] if mount["mountPath"] == "/host")
    assert root["readOnly"] is True
    assert root["mountPropagation"] == "HostToContainer"
    assert _pod(found)["hostPID"] is True
    assert _container(found)["args"][-2:] == ["--root", "/host"]


def test_a_job_that_leaves_a_file_on_the_machine_needs_its_root_alone(manifests: Make) -> None:
    """Not its processes."""
    found = manifests("jobs: [{name: dump, file: /backups/x, every: 24h}]\n")
    assert "/host" in _container(found)["args"]
    assert "hostPID" not in _pod(found)


def test_hosts_with_addresses_have_a_pod_on_the_nodes_that_are_called_so(manifests: Make) -> None:
    """One DaemonSet a port; what is called as no node can be is a machine elsewhere."""
    found = manifests("""
hosts:
  - {name: node-1, exporter: "node-1:9877"}
  - {name: node-2.example.com, exporter: "[::1]:9877"}
  - {name: node-3, exporter: "node-3:9100"}
  - {name: Not a node, exporter: "elsewhere:9877"}
""")
    assert "exporter/deployment.yml" not in found
    assert "exporter/service.yml" not in found
    pod, container = _pod(found, "daemonset-9877"), _container(found, "daemonset-9877")
    assert pod["hostNetwork"] is True
    terms = pod["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    assert [term["matchFields"][0]["values"] for term in terms] == [["node-1"], ["node-2.example.com"]]
    assert "--host=$(NODE_NAME)" in container["args"]
    assert container["env"][0] == {"name": "NODE_NAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}
    assert container["args"][1:3] == ["--listen", ":9877"]
    assert _container(found, "daemonset-9100")["args"][1:3] == ["--listen", ":9100"]
    names = [each["metadata"]["name"] for each in found.values() if each["kind"] == "DaemonSet"]
    assert sorted(names) == ["watchspec-host-9100", "watchspec-host-9877"]
