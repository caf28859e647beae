"""The exporter as Kubernetes runs it: its spec, who it is, and a pod for the stack's own or one on every machine.

https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from generator.exporters import exporters
from generator.kubernetes import mounts, names, secrets
from generator.kubernetes.layout import EXPORTER, PORT
from generator.kubernetes.objects import Body, labels, manifest
from generator.layout import Files
from watchspec.spec import Host, Spec

IMAGE: Final = "watchspec-exporter"
"""As the compose file calls it; `images:` of a kustomization gives it the registry and tag of yours."""
SPEC: Final = "watchspec-spec"
_USER: Final = 10001
"""The user of the image."""
_NODE: Final = re.compile(r"[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?")


def emit(spec: Spec, text: str) -> Files:
    """The files below `exporter/`; `text` is the spec as its file has it.

    What runs at an `exporter:` of its own is no part of the Service: Prometheus finds it there.
    """
    files = {
        "exporter/spec.yml": manifest(spec, "v1", "ConfigMap", SPEC, {"data": {"monitoring.yml": text.rstrip("\n")}}),
        "exporter/account.yml": manifest(
            spec, "v1", "ServiceAccount", EXPORTER, {"automountServiceAccountToken": False}
        ),
    }
    if any(each.address is None for each in exporters(spec)):
        files["exporter/deployment.yml"] = _deployment(spec, text)
        files["exporter/service.yml"] = manifest(spec, "v1", "Service", EXPORTER, {"spec": _service(spec)})
    for port, hosts in _by_port(spec).items():
        name = names.label("host", str(port))
        files[f"exporter/daemonset-{port}.yml"] = _daemonset(spec, text, name, port, hosts)
    return files


def _component(spec: Spec, name: str) -> Mapping[str, str]:
    return {**labels(spec), "app.kubernetes.io/component": name.removeprefix("watchspec-")}


def _service(spec: Spec) -> Body:
    ports = [{"name": "http", "port": PORT, "targetPort": "http", "protocol": "TCP"}]
    return {"selector": _component(spec, EXPORTER), "ports": ports}


def _deployment(spec: Spec, text: str) -> str:
    """The exporter of the host that names no address, or of the stack alone; one, for two would count twice."""
    own = next((host for host in spec.hosts if host.exporter is None), None)
    arguments = ["--listen", f":{PORT}", *([f"--host={_plain(own.name)}"] if own else [])]
    body = {
        "replicas": 1,
        "strategy": {"type": "Recreate"},
        "selector": {"matchLabels": _component(spec, EXPORTER)},
        "template": _template(spec, text, EXPORTER, arguments, PORT, machine=own is not None),
    }
    return manifest(spec, "apps/v1", "Deployment", EXPORTER, {"spec": body})


def _plain(text: str) -> str:
    """`text` as an argument, in which Kubernetes puts variables for `$(NAME)`."""
    return text.replace("$(", "$$(")


def _by_port(spec: Spec) -> Mapping[int, Sequence[Host]]:
    """Hosts that may be nodes, by the port of their exporters."""
    found: dict[int, list[Host]] = {}
    for host in spec.hosts:
        if host.exporter is not None and _NODE.fullmatch(host.name):
            found.setdefault(int(host.exporter.rpartition(":")[2]), []).append(host)
    return found


def _daemonset(spec: Spec, text: str, name: str, port: int, hosts: Sequence[Host]) -> str:
    """One on every node that a host is called like; one that is no node has its exporter elsewhere."""
    arguments = ["--listen", f":{port}", "--host=$(NODE_NAME)"]
    template = _template(spec, text, name, arguments, port, machine=True, nodes=[host.name for host in hosts])
    body = {"selector": {"matchLabels": _component(spec, name)}, "template": template}
    return manifest(spec, "apps/v1", "DaemonSet", name, {"spec": body})


def _template(
    spec: Spec, text: str, name: str, arguments: Sequence[str], port: int, *, machine: bool, nodes: Sequence[str] = ()
) -> Body:
    pod = {
        "serviceAccountName": EXPORTER,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        **({"hostNetwork": True, "dnsPolicy": "ClusterFirstWithHostNet", "affinity": _on(nodes)} if nodes else {}),
        # The machine's processes and network, not the pod's.
        **({"hostPID": True} if machine else {}),
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": _USER,
            "runAsGroup": _USER,
            "fsGroup": _USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [_container(spec, arguments, port, machine=machine, node=bool(nodes))],
        "volumes": mounts.volumes(spec, SPEC, machine=machine),
    }
    # A changed spec is a new pod: what a ConfigMap mounts changes under a running one, which would not see it.
    notes = {"checksum/spec": hashlib.sha256(text.encode()).hexdigest()}
    return {"metadata": {"labels": _component(spec, name), "annotations": notes}, "spec": pod}


def _on(nodes: Sequence[str]) -> Body:
    """A term for each: a field of a node is compared with one value."""
    terms = [
        {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]} for node in dict.fromkeys(nodes)
    ]
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}}


def _container(spec: Spec, arguments: Sequence[str], port: int, *, machine: bool, node: bool) -> Body:
    root = ["--root", mounts.HOST] if mounts.sees_host(spec, machine=machine) else []
    state = ["--state", mounts.STATE] if mounts.remembers(spec) else []
    environment = [*_environment(spec, node=node)]
    return {
        "name": "exporter",
        "image": IMAGE,
        "args": [f"{mounts.FOLDER}/monitoring.yml", *arguments, *root, *state],
        **({"env": environment} if environment else {}),
        "ports": [{"name": "http", "containerPort": port, "protocol": "TCP"}],
        "readinessProbe": {"httpGet": {"path": "/-/ready", "port": "http"}, "periodSeconds": 5, "timeoutSeconds": 4},
        "livenessProbe": {
            "httpGet": {"path": "/-/healthy", "port": "http"},
            "initialDelaySeconds": 10,
            "timeoutSeconds": 4,
            "failureThreshold": 6,
        },
        "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": mounts.mounted(spec, machine=machine),
    }


def _environment(spec: Spec, *, node: bool) -> Iterator[Body]:
    if node:
        yield {"name": "NODE_NAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}
    for key, secret in secrets.distinct(mounts.read(spec)).items():
        if secret.env:
            yield {"name": secret.env, "valueFrom": {"secretKeyRef": {"name": names.SECRETS, "key": key}}}
