"""Random values of Compose's keys, as people write them: short and long forms, everything that the specification lets through."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from tests.pipeline import rare
from tests.pipeline.basics import LINE, SCALAR, SIZE, TIME, WORD, WORDS, Strategy, some, written

PORT = st.sampled_from([22, 53, 80, 443, 3000, 5432, 6379, 8000, 8080, 9090])
ADDRESS = st.sampled_from(["127.0.0.1", "0.0.0.0", "10.0.0.5", "::1", "[::1]"])  # noqa: S104 - written, nothing listens
PROTOCOL = st.sampled_from(["tcp", "udp"])
LABEL = st.sampled_from(
    ["team", "com.example.a-b", "traefik.enable", "a b", "x/y/z", "app", "prometheus.io/port", "Ünï", "k" * 70, "watchtower.enable"]
)
VARIABLE = st.sampled_from(
    [
        "A",
        "PORT",
        "LOG_LEVEL",
        "DB_HOST",
        "REDIS_URL",
        "DB_PASSWORD",
        "DB_PASSWORD_FILE",
        "API_TOKEN",
        "lower",
        "X.Y",
        "DATABASE_URL",
        "BROKERS",
        "PGDATA",
        "TZ",
    ]
)

CALLED = ("alias1", "the_alias", "database", "linked", "c0", "Con_tainer1", "myhost", "My_Host", "outside.example.com")
"""Names that services may have beside their keys, and one of the world outside."""


def host_value(names: list[str]) -> Strategy:
    """A value that names a service of the project, in the ways programs take a host."""
    forms = [
        "{0}",
        "{0}:5432",
        "http://{0}:8000/x?y={0}",
        "redis://{0}",
        "postgres://u:secretpw@{0}/{0}",
        "{0}:9092,{1}:9092",
        "a {0} b",
        "{0}_data",
        "172.28.0.5:80",
    ]
    called = st.sampled_from(names) | st.sampled_from(CALLED)
    pair = st.tuples(st.sampled_from(forms), called, called)
    return pair.map(lambda drawn: drawn[0].format(drawn[1], drawn[2]))


REFERENCE = st.sampled_from(
    [
        "${DB_PASSWORD}",
        "${DB_PASSWORD:?needed}",
        "redis://:${API_KEY}@redis:6379/0",
        "pre-${TAG:-latest}",
        "${UNSET}",
        "$TAG",
        "${UNSET:-redis}",
        "${HOST:+x}",
        "${UNSET:-${TAG}}",
        "/run/secrets/token",
    ]
)
"""What docker compose fills in from `.env`, secrets among it."""


def environment(names: list[str]) -> Strategy:
    """`environment` as a mapping or a list: null, numbers, booleans, `$$`, newlines, names of services, variables of the project."""
    value = st.one_of(st.none(), SCALAR.map(written), host_value(names), REFERENCE)
    mapping = st.dictionaries(VARIABLE, value, max_size=4)
    return mapping | mapping.map(lambda found: [key if item is None else f"{key}={item}" for key, item in found.items()])


SCRIPTS = ("sh -c 'echo \"$$HOME\" && exec x'", 'sh -c "export T=$$(cat /run/secrets/token) && exec x --db db:5432"')


def argv(names: list[str]) -> Strategy:
    """`command` or `entrypoint`: a string, a list, an empty list or nothing."""
    word = st.one_of(WORD, WORDS.filter(bool).map(written), host_value(names), REFERENCE)
    text = st.lists(st.one_of(WORD, host_value(names)), min_size=1, max_size=3).map(" ".join)
    return st.one_of(text, st.lists(word, min_size=1, max_size=4), st.just([]), st.none(), st.sampled_from(SCRIPTS))


def healthcheck(names: list[str]) -> Strategy:
    """All five forms: a string, CMD, CMD-SHELL, NONE or `disable`, and times without a test."""
    local = st.sampled_from(
        [
            "curl -f http://localhost:8000/health",
            "curl -fsS http://127.0.0.1:80 || exit 1",
            "wget -q --spider http://localhost:3000",
            "pg_isready -U x",
            "true",
        ]
    )
    argument = st.one_of(WORD, WORDS.filter(bool).map(written))
    test = st.one_of(
        local,
        WORDS.filter(lambda text: text.strip() != "").map(written),
        local.map(lambda text: ["CMD-SHELL", text]),
        local.map(lambda text: ["CMD", *text.split()]),
        st.lists(argument, min_size=1, max_size=3).map(lambda words: ["CMD", *words]),
        host_value(names).map(lambda text: ["CMD-SHELL", f"nc -z {text}"]),
    )
    times = {"interval": TIME, "timeout": TIME, "start_period": TIME, "start_interval": TIME, "retries": st.integers(1, 9)}
    off = st.sampled_from([{"disable": True}, {"test": ["NONE"]}])
    return st.one_of(some(times, {"test": test}), some(times), off).filter(bool)


def ports() -> Strategy:
    """Short and long forms, ranges, UDP, addresses of the host, a published port or none."""
    number, host = PORT.map(str), st.integers(1024, 60000)
    short = st.one_of(
        PORT,
        number,
        st.tuples(host, number).map(lambda pair: f"{pair[0]}:{pair[1]}"),
        st.tuples(ADDRESS.filter(lambda text: text != "::1"), host, number).map(lambda three: f"{three[0]}:{three[1]}:{three[2]}"),
        st.tuples(host, number).map(lambda pair: f"{pair[0]}:{pair[1]}/udp"),
        st.just("7000-7003"),
        host.map(lambda first: f"{first}-{first + 2}:7000-7002"),
        st.sampled_from(["127.0.0.1::80", "${WEB_PORT:-8080}:80"]),
    )
    long = some(
        {
            "published": st.one_of(host, host.map(str), host.map(lambda first: f"{first}-{first + 5}")),
            "protocol": PROTOCOL,
            "host_ip": ADDRESS.filter(lambda text: text != "[::1]"),
            "mode": st.sampled_from(["host", "ingress"]),
            "name": st.sampled_from(["web", "a_name", "a-name-that-is-too-long"]),
            "app_protocol": st.sampled_from(["http", "h2c"]),
        },
        {"target": PORT},
    )
    return st.lists(st.booleans().flatmap(lambda written_out: long if written_out else short), min_size=1, max_size=3)


EXPOSE: Strategy = st.lists(
    st.sampled_from(["3000", 5000, "3000-3004", "4000/udp", "6379", "8000-8001/tcp"]), min_size=1, max_size=3, unique_by=str
)
RESTART = st.sampled_from(["no", "always", "unless-stopped", "on-failure", "on-failure:3", "on-failure:0"])
LABELS = st.dictionaries(LABEL, st.one_of(LINE.map(written), st.just("Host(`a.example.com`)"), st.just("")), max_size=3)
RESOURCES = some(
    {
        "limits": some({"cpus": st.sampled_from(["0.5", 1.25, "2", "0.001"]), "memory": SIZE.map(str), "pids": st.integers(1, 99)}),
        "reservations": some(
            {
                "cpus": st.sampled_from(["0.25", "0.001"]),
                "memory": st.just("32m"),
                "devices": rare.RESERVED,
                "generic_resources": rare.GENERIC,
            }
        ),
    }
)
UPDATE = some(
    {
        "order": st.sampled_from(["start-first", "stop-first"]),
        "parallelism": st.integers(0, 3),
        "delay": TIME,
        "failure_action": st.sampled_from(["pause", "continue"]),
        "max_failure_ratio": st.just(0.3),
        "monitor": TIME,
    }
)
DEPLOY = some(
    {
        "mode": st.sampled_from(["replicated", "global", "replicated", "global", "replicated-job", "global-job"]),
        "labels": LABELS,
        "endpoint_mode": st.sampled_from(["vip", "dnsrr"]),
        "resources": RESOURCES,
        "restart_policy": some(
            {"condition": st.sampled_from(["none", "on-failure", "any"]), "max_attempts": st.integers(0, 5), "delay": TIME, "window": TIME}
        ),
        "update_config": UPDATE,
        "rollback_config": UPDATE,
        "placement": some(
            {
                "constraints": st.lists(
                    st.sampled_from(["node.labels.disk==ssd", "node.labels.zone!=a", "node.role==manager", "node.hostname == n1"]),
                    unique=True,
                ),
                "preferences": st.just([{"spread": "node.labels.zone"}]),
                "max_replicas_per_node": st.integers(1, 3),
            }
        ),
    }
)
HOOKS = st.lists(
    some(
        {
            "user": st.sampled_from(["root", "1000"]),
            "privileged": st.booleans(),
            "working_dir": st.just("/srv"),
            "environment": st.sampled_from([{"X": "y z"}, ["X=y z"]]),
        },
        {"command": st.one_of(st.lists(WORD, min_size=1, max_size=3), st.just("sh -c 'echo a; echo $$B'"))},
    ),
    min_size=1,
    max_size=2,
)
PLAIN: Mapping[str, Strategy] = {
    "restart": RESTART,
    "labels": LABELS | LABELS.map(lambda found: [f"{key}={value}" for key, value in found.items()]),
    "annotations": st.dictionaries(LABEL, LINE.map(written), max_size=2),
    "user": st.sampled_from(["1000", "1000:1000", "root", "0:0", "postgres", "nobody", "app:app", ":"]),
    "group_add": st.lists(st.sampled_from(["2000", "audio", 44]), min_size=1, max_size=2, unique_by=str),
    "cap_add": st.lists(st.sampled_from(["NET_ADMIN", "SYS_PTRACE", "NET_BIND_SERVICE", "CAP_CHOWN"]), min_size=1, max_size=2, unique=True),
    "cap_drop": st.sampled_from([["ALL"], ["NET_RAW", "MKNOD"]]),
    "privileged": st.booleans(),
    "read_only": st.booleans(),
    "security_opt": st.lists(
        st.sampled_from(
            ["no-new-privileges:true", "no-new-privileges", "seccomp:unconfined", "apparmor:unconfined", "label:disable", "label=type:x"]
        ),
        min_size=1,
        max_size=2,
        unique=True,
    ),
    "sysctls": st.sampled_from([{"net.ipv4.ip_unprivileged_port_start": 0}, ["net.core.somaxconn=1024"], {"net.ipv4.tcp_syncookies": "1"}]),
    "ulimits": st.sampled_from([{"nofile": 1024}, {"nproc": {"soft": 1, "hard": 2}}]),
    "devices": rare.DEVICES,
    "hostname": st.sampled_from(["myhost", "My_Host", "a.b.example.com"]),
    "domainname": st.just("example.com"),
    "extra_hosts": st.sampled_from(
        [
            ["nas:10.0.0.9"],
            {"a": "10.0.0.1", "b": "10.0.0.1"},
            ["host.docker.internal:host-gateway"],
            ["Up_x:10.1.1.1", "six:::1"],
            {"twice": ["10.0.0.1", "10.0.0.2"]},
        ]
    ),
    "dns": st.sampled_from(["1.1.1.1", ["8.8.8.8", "1.1.1.1"]]),
    "dns_search": st.sampled_from(["example.com", ["."], ["a.com", "b.com"]]),
    "dns_opt": st.just(["ndots:2", "use-vc"]),
    "stop_grace_period": TIME,
    "stop_signal": st.sampled_from(["SIGINT", "SIGTERM", "SIGQUIT"]),
    "init": st.booleans(),
    "tty": st.booleans(),
    "stdin_open": st.booleans(),
    "working_dir": st.sampled_from(["/srv", "/app"]),
    "logging": st.sampled_from(
        [{"driver": "json-file", "options": {"max-size": "10m"}}, {"driver": "gelf", "options": {"gelf-address": "udp://x:1"}}]
    ),
    "shm_size": SIZE,
    "tmpfs": st.sampled_from(["/tmp", ["/run", "/tmp:size=64m,mode=1777"], ["/x:size=1g,uid=5"]]),
    "mem_limit": SIZE,
    "mem_reservation": st.just("16m"),
    "cpus": st.sampled_from([0.5, "1.5", 2]),
    "pids_limit": st.integers(1, 100),
    "memswap_limit": st.just("2g"),
    "mem_swappiness": st.integers(0, 100),
    "oom_kill_disable": st.booleans(),
    "oom_score_adj": st.integers(-10, 10),
    "cpu_shares": st.integers(2, 2048),
    "cpuset": st.just("0,1"),
    "cpu_count": st.integers(1, 4),
    "cpu_percent": st.integers(1, 99),
    "cpu_period": st.just(100000),
    "cpu_quota": st.just(50000),
    "cpu_rt_period": st.just(1400),
    "cpu_rt_runtime": st.just(400),
    "mac_address": st.just("02:42:ac:11:65:43"),
    "use_api_socket": st.booleans(),
    "credential_spec": rare.CREDENTIALS,
    "x-note": st.just({"any": ["thing"]}),
    "pull_policy": st.sampled_from(["always", "never", "missing", "if_not_present", "build", "daily", "every_12h"]),
    "pull_refresh_after": st.just("24h"),
    "platform": st.sampled_from(["linux/amd64", "linux/arm64/v8", "amd64"]),
    "pid": st.sampled_from(["host", "container:elsewhere"]),
    "ipc": st.sampled_from(["host", "shareable", "private", "container:elsewhere"]),
    "uts": st.just("host"),
    "userns_mode": st.just("host"),
    "cgroup": st.sampled_from(["host", "private"]),
    "cgroup_parent": st.just("m-executor"),
    "runtime": st.just("runsc"),
    "storage_opt": st.just({"size": "1G"}),
    "blkio_config": rare.BLKIO,
    "device_cgroup_rules": st.just(["c 1:3 mr"]),
    "gpus": rare.GPUS,
    "attach": st.booleans(),
    "post_start": HOOKS,
    "pre_stop": HOOKS,
    "expose": EXPOSE,
    "ports": ports(),
    "external_links": st.just(["elsewhere:there"]),
    "isolation": st.just("default"),
    "develop": rare.DEVELOP,
    "deploy": DEPLOY,
}
"""Keys of a service whose values need nothing else of the project."""
