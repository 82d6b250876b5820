"""A Compose project with something of everything, and manifests of it as somebody would write them by hand."""

from __future__ import annotations

from typing import Any

from converter import yaml
from converter.compose.project import Project, Settings
from converter.compose.secrets import Secret, Secrets, marker
from converter.compose.sources import Sources
from converter.errors import Location
from converter.findings import Route

PASSWORD = marker("DB_PASSWORD")
SECRETS = Secrets(
    {PASSWORD: Secret("DB_PASSWORD", PASSWORD, name="token")},
    {("web", "DB_PASSWORD"): "DB_PASSWORD", ("db_main", "DB_PASSWORD"): "POSTGRES_PASSWORD"},
    {"DB_PASSWORD": ("db_main", "web")},
)


class Written(Sources):
    """Sources in which every value but those of `defaults` is written, in one file."""

    def __init__(self, *defaults: Route) -> None:
        super().__init__(())
        self.defaults = defaults

    def locate(self, route: Route, model: Any) -> tuple[Location, bool]:
        """The one place."""
        del model
        return Location("compose.yml"), not any(route[: len(one)] == one for one in self.defaults)


MODEL: dict[str, Any] = {
    "name": "shop",
    "networks": {"default": {"name": "shop_default"}, "inner": {"name": "shop_inner", "internal": True}},
    "volumes": {"db_data": {"name": "shop_db_data"}},
    "secrets": {"token": {"name": "shop_token", "environment": "DB_PASSWORD"}},
    "configs": {"motd": {"name": "shop_motd", "content": "hello db_main:5432\n"}},
    "services": {
        "db_main": {
            "image": "postgres:15",
            "command": None,
            "entrypoint": None,
            "environment": {"POSTGRES_PASSWORD": PASSWORD, "POSTGRES_DB": "shop"},
            "healthcheck": {"test": ["CMD-SHELL", "pg_isready -h 127.0.0.1"], "interval": "10s", "timeout": "500ms", "retries": 5},
            "networks": {"inner": {"aliases": ["database"]}},
            "volumes": [{"type": "volume", "source": "db_data", "target": "/var/lib/postgresql/data", "volume": {}}],
            "restart": "unless-stopped",
            "stop_grace_period": "1m30s",
            "shm_size": "67108864",
            "expose": ["5432"],
        },
        "web": {
            "image": "example/web:1",
            "command": ["serve", "--db", f"postgres://shop:{PASSWORD}@db_main/shop"],
            "entrypoint": ["/entry"],
            "environment": {"DB_PASSWORD": PASSWORD, "DB_HOST": "db_main", "PRICE": "5$$", "UNSET": None},
            "healthcheck": {"test": ["CMD", "curl", "-f", "http://localhost:8000/health"], "start_period": "30s"},
            "depends_on": {
                "db_main": {"condition": "service_healthy", "required": True},
                "migrate": {"condition": "service_completed_successfully"},
            },
            "networks": {"default": None, "inner": None},
            "ports": [{"mode": "ingress", "target": 8000, "published": "80", "protocol": "tcp"}],
            "cap_drop": ["ALL"],
            "read_only": True,
            "user": "1000:1000",
            "security_opt": ["no-new-privileges:true"],
            "tmpfs": ["/tmp:size=16m"],
            "labels": {"team": "shop", "traefik.enable": "true"},
            "deploy": {
                "replicas": 2,
                "resources": {"limits": {"cpus": 0.5, "memory": "268435456"}, "reservations": {"memory": "134217728"}},
            },
            "secrets": [{"source": "token", "target": "/run/secrets/token"}],
            "configs": [{"source": "motd", "target": "/etc/motd"}],
            "extra_hosts": ["nas=10.0.0.9"],
            "dns": ["1.1.1.1"],
            "dns_opt": ["ndots:2"],
            "hostname": "web",
            "working_dir": "/srv",
            "sysctls": {"net.ipv4.tcp_syncookies": "1"},
            "group_add": ["2000"],
            "platform": "linux/amd64",
            "pull_policy": "always",
            "tty": True,
            "logging": {"driver": "json-file"},
            "post_start": [{"command": ["warm", "up"]}],
        },
        "migrate": {"image": "example/web:1", "command": ["migrate"], "entrypoint": None, "restart": "no", "networks": {"inner": None}},
    },
}

HAND_WRITTEN = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db-main}
spec:
  serviceName: db-main
  selector: {matchLabels: {app: db-main}}
  template:
    metadata: {labels: {app: db-main}}
    spec:
      terminationGracePeriodSeconds: 90
      containers:
        - name: postgres
          image: postgres:15
          env:
            - {name: POSTGRES_PASSWORD, valueFrom: {secretKeyRef: {name: shop-secrets, key: DB_PASSWORD}}}
          envFrom: [{configMapRef: {name: db-env}}]
          ports: [{name: pg, containerPort: 5432}]
          readinessProbe: {exec: {command: [/bin/sh, -c, "pg_isready -h 127.0.0.1"]}, periodSeconds: 10, failureThreshold: 5}
          volumeMounts: [{name: data, mountPath: /var/lib/postgresql/data}, {name: shm, mountPath: /dev/shm}]
      volumes:
        - {name: data, persistentVolumeClaim: {claimName: db-data}}
        - {name: shm, emptyDir: {medium: Memory, sizeLimit: 64Mi}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: db-env}
data: {POSTGRES_DB: shop}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: db-data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Service
metadata: {name: db-main}
spec: {selector: {app: db-main}, ports: [{port: 5432, targetPort: pg}]}
---
apiVersion: v1
kind: Service
metadata: {name: database}
spec: {selector: {app: db-main}, ports: [{port: 5432, targetPort: pg}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}, annotations: {team: shop, traefik.enable: "true"}}
    spec:
      hostname: web
      hostAliases: [{ip: 10.0.0.9, hostnames: [nas]}]
      dnsConfig: {nameservers: [1.1.1.1], options: [{name: ndots, value: "2"}]}
      nodeSelector: {kubernetes.io/os: linux, kubernetes.io/arch: amd64}
      securityContext: {sysctls: [{name: net.ipv4.tcp_syncookies, value: "1"}], supplementalGroups: [2000]}
      initContainers:
        - {name: wait-db, image: busybox, command: [sh, -c, "until nc -w 2 db-main 5432 </dev/null; do sleep 1; done"]}
        - {name: wait-job, image: kubectl, command: [kubectl, wait, --for=condition=complete, job/migrate]}
      containers:
        - name: web
          image: example/web:1
          imagePullPolicy: Always
          command: [/entry]
          args: [serve, --db, "postgres://shop:$(DB_PASSWORD)@db-main/shop"]
          workingDir: /srv
          tty: true
          env:
            - {name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: shop-secrets, key: DB_PASSWORD}}}
            - {name: DB_HOST, value: db-main}
            - {name: PRICE, value: 5$$$$}
          resources: {limits: {cpu: 500m, memory: 256Mi}, requests: {memory: 128Mi}}
          readinessProbe: {httpGet: {path: /health, port: 8000, httpHeaders: [{name: Host, value: "localhost:8000"}]}, periodSeconds: 30}
          lifecycle: {postStart: {exec: {command: [warm, up]}}}
          securityContext:
            runAsUser: 1000
            runAsGroup: 1000
            readOnlyRootFilesystem: true
            allowPrivilegeEscalation: false
            capabilities: {drop: [ALL]}
          volumeMounts:
            - {name: tmp, mountPath: /tmp}
            - {name: token, mountPath: /run/secrets/token, subPath: token, readOnly: true}
            - {name: motd, mountPath: /etc/motd, subPath: motd}
      volumes:
        - {name: tmp, emptyDir: {medium: Memory, sizeLimit: 16Mi}}
        - {name: token, secret: {secretName: shop-secrets, items: [{key: DB_PASSWORD, path: token}]}}
        - {name: motd, configMap: {name: motd}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: motd}
data: {motd: "hello db-main:5432\\n"}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 8000, nodePort: 30080}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate}
spec:
  backoffLimit: 0
  template:
    metadata: {labels: {app: migrate}}
    spec: {restartPolicy: Never, containers: [{name: migrate, image: "example/web:1", args: [migrate]}]}
"""


def project(*defaults: Route, **services: Any) -> Project:
    """The project, with other services in the place of its own if any are given; the values at `defaults` are written nowhere."""
    from pathlib import Path

    model = {**MODEL, "services": services} if services else MODEL
    return Project("shop", Path("/nowhere"), model, Written(*defaults), SECRETS, Settings())


def documents(text: str = HAND_WRITTEN) -> list[dict[str, Any]]:
    """Manifests as objects."""
    return yaml.read(text)


AROUND = """
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: inner}
spec:
  podSelector: {matchExpressions: [{key: app, operator: In, values: [db-main, migrate, web]}]}
  policyTypes: [Ingress, Egress]
  ingress: [{from: [{podSelector: {matchExpressions: [{key: app, operator: In, values: [db-main, migrate, web]}]}}]}]
  egress: [{to: [{podSelector: {matchExpressions: [{key: app, operator: In, values: [db-main, migrate, web]}]}}]}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: out}
spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web-published}
spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: [{ports: [{port: 8000, protocol: TCP}]}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 8000}}}}]}}]
---
apiVersion: v1
kind: Service
metadata: {name: web-published}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8000}]}
"""
"""NetworkPolicies, an Ingress and a load balancer beside them."""


def verdict(route: str, service: dict[str, Any], pod: str = "", **given: Any) -> Any:
    """The entry of one value of a service `web`, alone in its project and run by what is written of its pod.

    `kind` of the workload, more of its `container`, `more` objects, the `level` of pod security; anything else is of the top level.
    """
    from pathlib import Path

    from converter import ledger
    from converter.compose.project import Target
    from converter.findings import parse_route

    kind, level = given.pop("kind", "Deployment"), given.pop("level", "restricted")
    container, more = given.pop("container", ""), given.pop("more", "")
    model = {"name": "shop", "services": {"web": {"image": "example/web:1", **service}}, **given}
    whole = Project("shop", Path("/nowhere"), model, Written(), SECRETS, Settings())
    text = f"""
apiVersion: apps/v1
kind: {kind}
metadata: {{name: web}}
spec:
  {"backoffLimit: 3" if kind == "Job" else "replicas: 2"}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      {pod or "restartPolicy: " + ("OnFailure" if kind == "Job" else "Always")}
      containers:
        - name: web
          image: example/web:1
          {container}
---
{more}
"""
    entries = ledger.entries(whole, documents(text), Target(pod_security=level))
    wanted = ("services", "web", *parse_route(route)) if not route.startswith("/") else parse_route(route[1:])
    return next(entry for entry in entries if entry.route == wanted and entry.verdict != "added")
