"""What has no field in Kubernetes, or none at the level asked for: the verdict of each such Compose value, and what it says.

All situations are services of one project, which the whole pipeline converts once for each level. Route below the service -> what the
ledger says: verdict, and a part of its sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest
import yaml

from converter import overlay, pipeline
from converter.findings import Entry, Severity, parse_route
from tests.compose.stacks import loaded

Verdicts = Mapping[str, tuple[str, str]]

TOP = """
networks: {front: {}, back: {internal: true}}
models: {llm: {model: ai/smollm2}}
services:
"""

SITUATIONS: Mapping[str, tuple[str, Verdicts]] = {
    "tmpfs_with_a_mode_and_an_owner": (
        "tmpfs: ['/run:size=1m,mode=700,uid=1000', '/tmp:size=1m,mode=1777', /var]",
        {
            'tmpfs."/run:size=1m,mode=700,uid=1000"': ("approximated", "has mode 1777 and belongs to root, not mode=700,uid=1000"),
            'tmpfs."/tmp:size=1m,mode=1777"': ("translated", ""),
            "tmpfs./var": ("approximated", "a limit of its own"),
        },
    ),
    "tmpfs_in_long_form": (
        "volumes: [{type: tmpfs, target: /a, tmpfs: {mode: 0700}}, {type: tmpfs, target: /b, tmpfs: {mode: 01777}}]",
        {
            "volumes./a.tmpfs.mode": ("lost", "mode 1777: every user of the container may write there"),
            "volumes./b.tmpfs.mode": ("not needed", "mode 1777 already"),
        },
    ),
    "an_address_of_its_own": (
        "networks: {front: {mac_address: '02:42:ac:11:00:02', priority: 1, interface_name: eth1, link_local_ips: [169.254.1.1]}}",
        {
            "networks.front.mac_address": ("refused", "gives each pod its address"),
            "networks.front.priority": ("not needed", "a pod has one network"),
            "networks.front.interface_name": ("not needed", "one network interface"),
            'networks.front.link_local_ips."169.254.1.1"': ("not needed", "gives each pod its address"),
        },
    ),
    "named_by_a_secret": (
        "{hostname: 'h-${A_TOKEN}', domainname: '${A_TOKEN}', working_dir: '/srv/${A_TOKEN}', container_name: '${A_TOKEN}'}",
        {
            **dict.fromkeys(("hostname", "domainname", "working_dir"), ("refused", "holds a secret")),
            "container_name": ("not needed", ""),
        },
    ),
    "on_the_host": ("network_mode: host", {"network_mode": ("refused", "not allowed at level 'restricted'")}),
    "on_the_bridge": ("network_mode: bridge", {"network_mode": ("not needed", "every pod has an address of its own")}),
    "in_a_strange_container": ("network_mode: 'container:other'", {"network_mode": ("refused", "not part of the project")}),
    "with_no_network": ("network_mode: none", {"network_mode": ("approximated", "no NetworkPolicy shuts the pod off")}),
    "waits": (
        """
    depends_on:
      nobody: {condition: service_started}
      loud: {condition: service_started}
      absent: {condition: service_started, required: false}
      named: {condition: service_started, restart: true}
        """,
        {
            "depends_on.nobody.condition": ("not needed", "has no replicas"),
            "depends_on.loud.condition": ("approximated", "listens on UDP alone"),
            "depends_on.absent.condition": ("not needed", "is not active"),
            "depends_on.absent.required": ("not needed", "leaves out a service that is not there"),
            "depends_on.named.restart": ("lost", "not started anew"),
            "depends_on.named.required": ("not needed", "has seen to it"),
        },
    ),
    "nobody": ("scale: 0", {"scale": ("kept", "")}),
    "loud": ("ports: ['514:514/udp']", {}),
    "absent": ("profiles: [more]", {}),
    "named": ("{expose: ['80'], profiles: ['']}", {}),
    "stays": ("restart: unless-stopped", {"restart": ("translated", "scale its workload to 0 or delete it")}),
    "fails_and_listens": ("{restart: 'on-failure:3', expose: ['80']}", {"restart": ("approximated", "whenever it ends")}),
    "policy_of_deploy": (
        "deploy: {restart_policy: {condition: on-failure, delay: 5s, max_attempts: 3, window: 2m}}",
        {
            "deploy.restart_policy.condition": ("kept", ""),
            "deploy.restart_policy.max_attempts": ("kept", ""),
            "deploy.restart_policy.delay": ("not needed", "waits 10 s"),
            "deploy.restart_policy.window": ("not needed", "10 minutes"),
        },
    ),
    "endpoints_that_nobody_asks": ("deploy: {endpoint_mode: vip}", {"deploy.endpoint_mode": ("not needed", "nobody in the project calls")}),
    "processes": ("deploy: {resources: {limits: {pids: 50}}}", {"deploy.resources.limits.pids": ("lost", "podPidsLimit")}),
    "processes_in_old_words": ("pids_limit: 50", {"pids_limit": ("lost", "podPidsLimit")}),
    "all_the_cards": ("gpus: all", {"gpus.0.count": ("approximated", "'all' cannot be asked for: the container is given 1")}),
    "another_device": (
        "deploy: {resources: {reservations: {devices: [{driver: x, capabilities: [tpu], count: 1}]}}}",
        {
            "deploy.resources.reservations.devices.x.capabilities.tpu": ("refused", "no device plugin"),
            "deploy.resources.reservations.devices.x.driver": ("refused", "no device plugin"),
        },
    ),
    "swarm_resources": (
        "deploy: {resources: {reservations: {generic_resources: [{discrete_resource_spec: {kind: ssd, value: 2}}]}}}",
        {"deploy.resources.reservations.generic_resources.0.discrete_resource_spec.kind": ("refused", "no device plugin")},
    ),
    "rollouts": (
        """
    deploy:
      replicas: 3
      update_config: {parallelism: 2, delay: 10s, failure_action: rollback, monitor: 5s, max_failure_ratio: 0.1, order: start-first}
      rollback_config: {parallelism: 1, order: stop-first}
        """,
        {
            "deploy.update_config.parallelism": ("approximated", "1 at a time instead of 2"),
            "deploy.update_config.order": ("kept", ""),
            "deploy.update_config.delay": ("not needed", "when the one before is Ready"),
            "deploy.update_config.failure_action": ("not needed", "kubectl rollout undo"),
            "deploy.update_config.monitor": ("not needed", "looks at readiness"),
            "deploy.update_config.max_failure_ratio": ("not needed", "first pod that does not become Ready"),
            "deploy.rollback_config.parallelism": ("not needed", "kubectl rollout undo"),
            "deploy.rollback_config.order": ("not needed", "kubectl rollout undo"),
        },
    ),
    "places": (
        """
    deploy:
      placement:
        max_replicas_per_node: 1
        constraints: [node.role == manager, engine.labels.os == x, node.labels.disk == ssd]
        preferences: [{spread: node.labels.zone}, {spread: node.id}]
        """,
        {
            'deploy.placement.constraints."node.role == manager"': ("approximated", "says nothing of a node of a cluster"),
            'deploy.placement.constraints."engine.labels.os == x"': ("approximated", "says nothing of a node of a cluster"),
            'deploy.placement.constraints."node.labels.disk == ssd"': ("kept", ""),
            "deploy.placement.max_replicas_per_node": ("lost", "several pods may run on one node"),
            'deploy.placement.preferences."node.id".spread': ("approximated", "says nothing of a node of a cluster"),
        },
    ),
    "labels": (
        """
    labels: {traefik.http.routers.w.rule: "Host(`shop.example.com`)", "two words": x, caddy: y, cdb-convert/x: z, plain: a}
    expose: ["80"]
        """,
        {
            'labels."traefik.http.routers.w.rule"': ("approximated", 'hosts: {shop.example.com: "labels:80"}}}\' in the overlay'),
            'labels."two words"': ("refused", "cannot be the key of an annotation"),
            "labels.caddy": ("approximated", "what reads it on a Docker host is not in the cluster"),
            "labels.cdb-convert/x": ("refused", "is of this converter"),
            "labels.plain": ("kept", ""),
        },
    ),
    "a_user_that_is_not_set": ("user: ':'", {"user": ("approximated", "has no user (a variable is not set): the image's own runs")}),
    "a_user_nobody_knows": ("user: app", {"user": ("refused", "the uid of user 'app' is not known")}),
    "root": ("user: root", {"user": ("translated", "")}),
    "a_group_nobody_knows": ("user: '1000:staff'", {"user": ("approximated", "the number of group 'staff' is not known: it runs as 1000")}),
    "groups": (
        "group_add: ['2000', docker]",
        {"group_add.2000": ("kept", ""), "group_add.docker": ("refused", "number of group 'docker'")},
    ),
    "rights": (
        "{user: '1000', cap_add: [NET_ADMIN, NET_BIND_SERVICE, CAP_CHOWN], cap_drop: [MKNOD]}",
        {
            "cap_add.NET_ADMIN": ("refused", "'NET_ADMIN' is not allowed at level 'restricted'"),
            "cap_add.CAP_CHOWN": ("refused", "'CHOWN' is not allowed"),
            "cap_add.NET_BIND_SERVICE": ("kept", ""),
            "cap_drop.MKNOD": ("kept", ""),
        },
    ),
    "every_right": (
        "{privileged: true, cap_add: [NET_ADMIN]}",
        {"privileged": ("refused", "not allowed at level 'restricted'"), "cap_add.NET_ADMIN": ("refused", "not allowed at level")},
    ),
    "profiles_of_the_kernel": (
        "security_opt: ['seccomp:unconfined', 'apparmor=unconfined', 'label:disable', 'seccomp=./p.json', 'no-new-privileges:true']",
        {
            "security_opt.seccomp:unconfined": ("refused", "not allowed at level"),
            "security_opt.apparmor=unconfined": ("refused", "not allowed at level"),
            "security_opt.label:disable": ("refused", "not allowed at level"),
            'security_opt."seccomp=./p.json"': ("refused", "must lie on every node"),
            "security_opt.no-new-privileges:true": ("kept", ""),
        },
    ),
    "kernel_settings": (
        "sysctls: {net.core.somaxconn: 1024, net.ipv4.tcp_syncookies: 0}",
        {
            'sysctls."net.core.somaxconn"': ("refused", "the kubelet then kills the pod"),
            'sysctls."net.ipv4.tcp_syncookies"': ("kept", ""),
        },
    ),
    "limits_of_a_process": (
        "{ulimits: {nofile: {soft: 1000, hard: 2000}, nproc: 65}, oom_kill_disable: true, oom_score_adj: -500}",
        {
            "ulimits.nofile.soft": ("lost", "kubelet or the container runtime of each node sets it"),
            "ulimits.nofile.hard": ("lost", "kubelet or the container runtime of each node sets it"),
            "ulimits.nproc": ("lost", "kubelet or the container runtime of each node sets it"),
            "oom_kill_disable": ("lost", "is killed, always"),
            "oom_score_adj": ("lost", "from requests and limits"),
        },
    ),
    "processors_and_swap": (
        """
    {cpu_shares: 512, cpu_quota: 50000, cpu_period: 100000, cpuset: '0', cpu_rt_runtime: 1,
     memswap_limit: 1g, mem_limit: 1g, mem_swappiness: 9}
        """,
        {
            "cpu_shares": ("lost", "weighs containers"),
            "cpu_quota": ("lost", "'cpus' limits the processors"),
            "cpu_period": ("lost", "'cpus' limits the processors"),
            "cpuset": ("lost", "CPU manager"),
            "cpu_rt_runtime": ("lost", "no real-time scheduling"),
            "memswap_limit": ("not needed", "does not swap"),
            "mem_swappiness": ("not needed", "does not swap"),
            "mem_limit": ("kept", ""),
        },
    ),
    "devices_of_the_host": (
        "{devices: ['/dev/ttyUSB0:/dev/tty0:rw'], device_cgroup_rules: ['c 1:3 mr'], runtime: nvidia, cgroup_parent: x, cgroup: host}",
        {
            "devices./dev/tty0.source": ("refused", "not the pod's"),
            "devices./dev/tty0.target": ("not needed", "its source is refused"),
            'device_cgroup_rules."c 1:3 mr"': ("refused", "not the pod's"),
            "runtime": ("refused", "RuntimeClass"),
            "cgroup_parent": ("refused", "the kubelet places"),
            "cgroup": ("not needed", "a cgroup of its own"),
        },
    ),
    "namespaces_of_the_host": (
        "{ipc: host, pid: host, uts: host, userns_mode: host}",
        {
            "ipc": ("refused", "the host's shared memory is not allowed at level 'restricted'"),
            "pid": ("refused", "the host's process table is not allowed at level 'restricted'"),
            "uts": ("refused", "the host's name is not the pod's"),
            "userns_mode": ("not needed", "the user namespace that its node gives it"),
        },
    ),
    "namespaces_of_others": (
        "{ipc: 'service:named', pid: 'service:named'}",
        {"ipc": ("refused", "of another container cannot be shared"), "pid": ("refused", "of another container cannot be shared")},
    ),
    "shared_with_others": ("ipc: shareable", {"ipc": ("not needed", "every container has its own")}),
    "names_of_the_container": (
        "{hostname: My_Host, domainname: example.com, container_name: shop_names, mac_address: '02:42:ac:11:00:03'}",
        {
            "hostname": ("approximated", "the program sees the pod's own"),
            "domainname": ("approximated", "does not end in 'example.com'"),
            "container_name": ("not needed", "wherever the project uses another name, it is rewritten"),
            "mac_address": ("refused", "gives each pod its address"),
        },
    ),
    "a_whole_name": ("hostname: mail.example.com", {"hostname": ("approximated", "sees 'mail' as its host name")}),
    "lines_of_hosts": (
        "extra_hosts: ['a.b:1.2.3.4', 'Cap:1.2.3.5', 'un_der:1.2.3.6', 'gw:host-gateway']",
        {
            'extra_hosts."a.b=1.2.3.4"': ("kept", ""),
            'extra_hosts."Cap=1.2.3.5"': ("refused", "is no DNS name"),
            'extra_hosts."un_der=1.2.3.6"': ("refused", "is no DNS name"),
            "extra_hosts.gw=host-gateway": ("refused", "a pod has no host that is yours"),
        },
    ),
    "the_end": (
        "{stop_grace_period: 1500ms, stop_signal: SIGINT, init: true}",
        {
            "stop_grace_period": ("translated", ""),
            "stop_signal": ("lost", "its image's own signal, else SIGTERM"),
            "init": ("approximated", "the program is process 1"),
        },
    ),
    "the_usual_end": ("stop_signal: SIGTERM", {"stop_signal": ("not needed", "SIGTERM is what the kubelet sends")}),
    "logs_of_the_host": (
        "logging: {driver: json-file, options: {max-size: 1m}}",
        {
            "logging.driver": ("not needed", "collects what containers write to stdout"),
            "logging.options.max-size": ("not needed", "collects what containers write to stdout"),
        },
    ),
    "logs_that_go_elsewhere": (
        "logging: {driver: fluentd, options: {fluentd-address: 'collector:24224'}}",
        {"logging.driver": ("lost", "the cluster collects"), "logging.options.fluentd-address": ("lost", "the cluster collects")},
    ),
    "hooks_of_another_user": (
        "{post_start: [{command: [a], user: root}, {command: [b]}], pre_stop: [{command: [c], privileged: true}]}",
        {
            "post_start.0.command": ("refused", "not as user 'root'"),
            "post_start.1.command": ("kept", ""),
            "pre_stop.0.command": ("refused", "not with privileges of its own"),
        },
    ),
    "of_docker_compose_alone": (
        """
    attach: false
    develop: {watch: [{path: ., action: sync, target: /x}]}
    isolation: default
    models: [llm]
    storage_opt: {size: 1G}
    blkio_config: {weight: 300}
    use_api_socket: true
    credential_spec: {file: p.json}
    external_links: ["other:thing"]
        """,
        {
            "attach": ("not needed", "only the terminal"),
            "develop.watch./x.path": ("not needed", "docker compose watch"),
            "isolation": ("not needed", "only Windows"),
            "models.llm": ("refused", "runs models on the host"),
            "storage_opt.size": ("lost", "as much as its node holds"),
            "blkio_config.weight": ("lost", "traffic of a disk"),
            "use_api_socket": ("refused", "no Docker engine in a cluster"),
            "credential_spec.file": ("refused", "only Windows"),
            "external_links.other:thing": ("refused", "outside of the project"),
        },
    ),
    "mounts_that_no_pod_has": (
        r"""
    volumes:
      - {type: image, source: 'assets:1', target: /assets, image: {subpath: a}}
      - {type: npipe, source: '\\.\pipe\docker_engine', target: /pipe}
      - {type: cluster, source: far, target: /far}
        """,
        {
            "volumes./assets.source": ("refused", "type 'image' has no counterpart"),
            "volumes./assets.image.subpath": ("not needed", "its source is refused"),
            "volumes./pipe.source": ("refused", "type 'npipe' has no counterpart"),
            "volumes./far.source": ("refused", "type 'cluster' has no counterpart"),
            "volumes./far.type": ("not needed", "its source is refused"),
        },
    ),
    "what_agents_of_a_node_want": (
        """
    volumes: [/var/run/docker.sock:/var/run/docker.sock, /proc:/host/proc:ro, /sys:/sys:ro, /:/rootfs:ro,
      /var/lib/docker/containers:/logs:ro, /etc/resolv.conf:/etc/resolv.conf:ro, /dev:/dev]
        """,
        {
            'volumes."/var/run/docker.sock".source': ("refused", "socket"),
            "volumes./host/proc.source": ("refused", "'/proc' is"),
            "volumes./sys.source": ("refused", "'/sys' is"),
            "volumes./rootfs.source": ("refused", "'/' is"),
            "volumes./logs.source": ("refused", "'/var/lib/docker/containers' is"),
            'volumes."/etc/resolv.conf".source': ("refused", "is the host's own names"),
            "volumes./dev.source": ("refused", "is devices of the host"),
        },
    ),
    "addresses_of_the_host": (
        "ports: ['127.0.0.1:81:81', '192.168.1.5:82:82', '0.0.0.0:83:83', {target: 84, published: '84', mode: host}]",
        {
            "ports.81/tcp.host_ip": ("not needed", "no port of a node listens for it"),
            "ports.82/tcp.host_ip": ("approximated", "no node has the address '192.168.1.5'"),
            "ports.83/tcp.published": ("not needed", "reach it with 'kubectl -n shop port-forward svc/addresses-of-the-host 83:83'"),
            "ports.84/tcp.mode": ("not needed", "no effect in docker compose"),
        },
    ),
    "nothing_left_to_run": ("entrypoint: []", {"entrypoint": ("refused", "leaves nothing to run")}),
    "a_test_of_the_image": ("healthcheck: {interval: 5s}", {"healthcheck.interval": ("refused", "the test is in the image")}),
    "a_value_nowhere": ("environment: {NOWHERE: }", {"environment.NOWHERE": ("not needed", "it has a value nowhere")}),
    "notes_of_its_own": ("{x-note: hello, x-deep: {a: [1]}, stdin_open: true}", {"stdin_open": ("kept", "")}),
    "a_provider": (
        "{provider: {type: cloud, options: {size: s}}, image: x, volumes: [/a]}",
        {
            "provider.type": ("refused", "a program of docker compose"),
            "provider.options.size.s": ("not needed", "for the provider"),
            "image": ("not needed", "runs no container"),
            "volumes./a.target": ("not needed", "runs no container"),
        },
    ),
    "beside_a_provider": (
        "{depends_on: [a_provider], network_mode: 'service:a_provider'}",
        {"depends_on.a_provider.condition": ("not needed", "has a provider"), "network_mode": ("refused", "has a provider")},
    ),
}

AT_OTHER_LEVELS: Mapping[str, tuple[str, Verdicts]] = {
    "baseline": (
        """
    every_right: {privileged: true, cap_add: [SYS_ADMIN]},
    rights: {cap_add: [NET_ADMIN, CHOWN]}, on_the_host: {network_mode: host, pid: host}
        """,
        {
            "services.every_right.privileged": ("refused", "not allowed at level 'baseline'"),
            "services.every_right.cap_add.SYS_ADMIN": ("refused", "'SYS_ADMIN' is not allowed at level 'baseline'"),
            "services.rights.cap_add.NET_ADMIN": ("refused", "'NET_ADMIN' is not allowed at level 'baseline'"),
            "services.rights.cap_add.CHOWN": ("kept", ""),
            "services.on_the_host.network_mode": ("refused", "not allowed at level 'baseline'"),
            "services.on_the_host.pid": ("refused", "not allowed at level 'baseline'"),
        },
    ),
    "privileged": (
        """
    every_right: {privileged: true, cap_add: [SYS_ADMIN]},
    rights: {cap_add: [NET_ADMIN]}, on_the_host: {network_mode: host, pid: host, ipc: host}
        """,
        {
            "services.every_right.privileged": ("kept", ""),
            "services.every_right.cap_add.SYS_ADMIN": ("not needed", "a privileged container has every capability"),
            "services.rights.cap_add.NET_ADMIN": ("kept", ""),
            "services.on_the_host.network_mode": ("kept", ""),
            "services.on_the_host.pid": ("kept", ""),
            "services.on_the_host.ipc": ("kept", ""),
        },
    ),
}


@pytest.fixture(scope="session")
def ledger_of(kompose: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Mapping[str, Entry]]:
    """The ledger of a Compose text at a level, by route; each made once."""

    @cache
    def read(text: str, level: str) -> Mapping[str, Entry]:
        project = loaded(tmp_path_factory.mktemp("verdicts"), {"compose.yaml": text, "p.json": "{}"}, project_name="shop")
        done = pipeline.run(project, overlay.build("default", {"target": {"pod-security": level}}, ()), kompose)
        return {repr(entry.route): entry for entry in done.entries}

    return read


def text_of_all() -> str:
    """The project with a service for each situation."""
    parts = []
    for name, (body, _) in SITUATIONS.items():
        service = yaml.safe_load(
            body if body.strip().startswith("{") else "\n".join(line.removeprefix("    ") for line in body.splitlines())
        )
        image = {} if "provider" in service else {"image": f"example/{name.replace('_', '-')}:1"}
        parts.append(f"  {name}: {yaml.safe_dump({**image, **service}, default_flow_style=True, width=10000).strip()}\n")
    return TOP + "".join(parts)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_each_value_has_its_verdict_and_its_sentence(situation: str, ledger_of: Callable[[str, str], Mapping[str, Entry]]) -> None:
    entries = ledger_of(text_of_all(), "restricted")

    for route, (verdict, part) in SITUATIONS[situation][1].items():
        hold(entries[repr(("services", situation, *parse_route(route)))], verdict, part)


@pytest.mark.parametrize("level", AT_OTHER_LEVELS)
def test_what_another_level_allows(level: str, ledger_of: Callable[[str, str], Mapping[str, Entry]]) -> None:
    body, verdicts = AT_OTHER_LEVELS[level]
    services = "".join(
        f"  {name}: {yaml.safe_dump({'image': 'example/a:1', **one}, default_flow_style=True).strip()}\n"
        for name, one in yaml.safe_load(f"{{{body}}}").items()
    )
    entries = ledger_of(f"services:\n{services}", level)

    for route, (verdict, part) in verdicts.items():
        hold(entries[repr(parse_route(route))], verdict, part)


def test_nothing_written_is_lost_or_refused_in_silence(ledger_of: Callable[[str, str], Mapping[str, Entry]]) -> None:
    entries = ledger_of(text_of_all(), "restricted")
    loud = [entry for entry in entries.values() if entry.verdict in ("lost", "refused", "differs") and entry.severity is None]

    assert [entry.route for entry in loud if entry.route[-1] != "restart"] == []
    assert all(entry.why for entry in entries.values() if entry.verdict in ("lost", "refused"))
    assert not [entry.route for entry in entries.values() if entry.verdict == "lost" and entry.severity is Severity.ERROR]


def hold(entry: Entry, verdict: str, part: str) -> None:
    """Hold an entry against what is expected of it."""
    assert (entry.verdict, entry.why if part not in entry.why else part) == (verdict, part)
