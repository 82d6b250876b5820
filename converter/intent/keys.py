"""KEYS: every key of a Compose service, how the manifests say it, and why they may not."""

from __future__ import annotations

from collections.abc import Mapping

from converter.intent import (
    container,
    devices,
    environment,
    health,
    hooks,
    lent,
    lifecycle,
    memory,
    mounts,
    network,
    options,
    policies,
    ports,
    published,
    resolving,
    resources,
    rollout,
    same_test,
    secret_files,
    security,
    storage,
    times,
    waits,
)
from converter.intent.key import Key, first, not_needed, refused
from converter.intent.pods import Pod

_BUILD = not_needed("it says how an image is built, not how it runs")
_LOGGING = "the cluster collects what containers write to stdout"
_COLLECTOR = "point the cluster's collector to where this driver sends"
_NODE = "the kubelet or the container runtime of each node sets it, for all containers"
_IO = "no field of a pod limits the traffic of a disk"
_GPU = refused(
    "a device that no device plugin serves cannot be asked for", "install the vendor's device plugin, and set its resource by a patch"
)

KEYS: Mapping[str, Key[Pod]] = {
    # what runs
    "image": Key(container.image, container.wanted_image),
    "build.context": Key(why=container.built),
    "build.**": Key(why=_BUILD),
    "pull_policy": Key(container.pull_policy, container.wanted_policy, container.near_policy),
    "pull_refresh_after": Key(why=not_needed("Kubernetes has no age of an image")),
    "platform": Key(container.platform, container.wanted_platform),
    "command": Key(container.command, container.wanted_argv, why=container.no_argv, said=container.said_argv),
    "entrypoint": Key(container.entrypoint, container.wanted_argv, why=container.no_argv, said=container.said_argv),
    "working_dir": Key(container.text("workingDir")),
    "tty": Key(container.flag("tty"), why=container.off),
    "stdin_open": Key(container.flag("stdin"), why=container.off),
    "environment.*": Key(environment.environment, environment.wanted, why=environment.unset, said=environment.said),
    "env_file.**": Key(why=not_needed("its variables are among those of 'environment'")),
    "label_file.**": Key(why=not_needed("its labels are among 'labels'")),
    "extends.**": Key(why=not_needed("docker compose has resolved it")),
    "profiles.*": Key(why=not_needed("the profile is active: the service is converted as any other")),
    # health
    "healthcheck.test": Key(health.test, same_test.wanted_test, same_test.near_test, same_test.no_test, said=same_test.said_test),
    "healthcheck.interval": Key(health.every("periodSeconds", 10), times.wanted_time, why=same_test.no_times),
    "healthcheck.timeout": Key(health.every("timeoutSeconds", 1), times.wanted_time, why=same_test.no_times),
    "healthcheck.retries": Key(health.retries, why=same_test.no_times),
    "healthcheck.start_period": Key(
        health.start_period,
        same_test.wanted_start,
        why=first(same_test.no_times, not_needed("a container that is not Ready is what Compose calls starting: nothing restarts it")),
    ),
    "healthcheck.start_interval": Key(
        why=first(same_test.no_times, not_needed("the probe asks at its usual interval from the start: Ready may come later by as much"))
    ),
    "healthcheck.disable": Key(health.disabled, why=not_needed("the healthcheck is switched off: there is no probe")),
    # ports
    "ports.*.target": Key(ports.target),
    "ports.*.protocol": Key(ports.each_port("protocol")),
    "ports.*.published": Key(published.published, near=published.near_published, why=published.no_exposure),
    "ports.*.host_ip": Key(published.host_ip, published.wanted_host_ip, published.near_host_ip, published.no_host_ip),
    "ports.*.mode": Key(why=not_needed("it has no effect in docker compose")),
    "ports.*.name": Key(ports.each_port("name"), near=ports.near_name),
    "ports.*.app_protocol": Key(ports.each_port("appProtocol"), near=ports.near_app_protocol),
    "expose.*": Key(ports.expose, ports.wanted_expose, why=ports.no_expose),
    # what is mounted
    "volumes.*.type": Key(mounts.kind, storage.wanted_kind, storage.near_kind, storage.dropped),
    "volumes.*.target": Key(mounts.target, why=storage.dropped),
    "volumes.*.source": Key(mounts.source, storage.wanted_source, why=storage.dropped, said=storage.said_source),
    "volumes.*.read_only": Key(mounts.read_only, why=first(container.off, storage.dropped)),
    "volumes.*.consistency": Key(why=not_needed("only Docker Desktop for Mac once knew it")),
    "volumes.*.bind.create_host_path": Key(why=not_needed("there is no folder of a host to make")),
    "volumes.*.bind.propagation": Key(why=not_needed("nothing of a host is mounted that could be passed on")),
    "volumes.*.bind.recursive": Key(why=not_needed("nothing of a host is mounted")),
    "volumes.*.bind.selinux": Key(why=not_needed("the container runtime labels a pod's volumes itself")),
    "volumes.*.volume.subpath": Key(mounts.subpath, why=storage.no_subpath),
    "volumes.*.volume.nocopy": Key(why=not_needed("a claim is not filled with what the image has there, unless an init container does it")),
    "volumes.*.volume.labels.*": Key(why=not_needed("labels of a volume mean nothing to a claim")),
    "volumes.*.tmpfs.size": Key(memory.tmpfs_size, times.wanted_bytes),
    "volumes.*.tmpfs.mode": Key(why=storage.no_mode, cost="the folder has mode 1777: every user of the container may write there"),
    "volumes.*.image.subpath": Key(why=storage.dropped),
    "volumes_from.*": Key(
        lent.volumes_from,
        near=lent.near_lent,
        why=lent.nothing_lent,
        hint="give the volume a name in the Compose file: a claim then holds what both see",
    ),
    "tmpfs.*": Key(memory.tmpfs, storage.wanted_tmpfs, storage.near_tmpfs),
    "shm_size": Key(memory.shm_size, times.wanted_bytes),
    "secrets.*.source": Key(secret_files.secret, secret_files.wanted_secret),
    "secrets.*.target": Key(secret_files.target("secrets"), secret_files.wanted_secret_target),
    "secrets.*.mode": Key(secret_files.mode("secrets"), secret_files.wanted_mode, secret_files.near_mode),
    "secrets.*.uid": Key(why=secret_files.no_owner),
    "secrets.*.gid": Key(why=secret_files.no_owner),
    "configs.*.source": Key(secret_files.config, secret_files.wanted_config, why=secret_files.no_config, said=secret_files.said_config),
    "configs.*.target": Key(secret_files.target("configs"), secret_files.wanted_config_target),
    "configs.*.mode": Key(secret_files.mode("configs"), secret_files.wanted_mode, secret_files.near_mode),
    "configs.*.uid": Key(why=secret_files.no_owner),
    "configs.*.gid": Key(why=secret_files.no_owner),
    # networks and names
    "networks.*": Key(policies.membership, near=policies.near_membership, why=policies.no_membership),
    "networks.*.aliases.*": Key(network.aliases, network.wanted_alias, why=first(network.no_alias, network.led_elsewhere)),
    "networks.*.ipv4_address": Key(why=network.no_address),
    "networks.*.ipv6_address": Key(why=network.no_address),
    "networks.*.link_local_ips.*": Key(why=not_needed("the cluster gives each pod its address")),
    "networks.*.mac_address": Key(why=refused("the network plugin gives each pod its address", "leave 'mac_address' out")),
    "networks.*.priority": Key(why=not_needed("a pod has one network")),
    "networks.*.gw_priority": Key(why=not_needed("a pod has one network")),
    "networks.*.interface_name": Key(why=not_needed("a pod has one network interface, eth0")),
    "networks.*.driver_opts.**": Key(why=not_needed("the cluster's network plugin has options of its own")),
    "network_mode": Key(network.network_mode, why=network.no_network_mode),
    "links.*": Key(network.links, why=first(network.no_link, network.led_elsewhere)),
    "external_links.*": Key(
        why=refused("a container outside of the project cannot be linked", "give its address as 'extra_hosts' or in the environment")
    ),
    "hostname": Key(network.hostname, network.wanted_hostname, network.near_hostname, network.no_hostname),
    "domainname": Key(network.domainname, why=network.no_domainname),
    "container_name": Key(network.container_name, why=network.no_container_name),
    "extra_hosts.*": Key(resolving.extra_hosts, why=resolving.no_extra_host),
    "dns": Key(resolving.dns("nameservers"), why=resolving.no_dns),
    "dns_search": Key(resolving.dns("searches"), resolving.wanted_search, why=resolving.no_search),
    "dns_opt": Key(resolving.dns_options, why=resolving.no_dns),
    "mac_address": Key(why=refused("the network plugin gives each pod its address", "leave 'mac_address' out")),
    # order, restarts, the end
    "depends_on.*.condition": Key(waits.condition, near=waits.near_condition, why=first(waits.in_the_same_pod, waits.no_wait)),
    "depends_on.*.required": Key(why=waits.required),
    "depends_on.*.restart": Key(
        why=container.not_asked,
        cost="a pod is not started anew when docker compose would have updated what it depends on",
        hint="restart it by 'kubectl rollout restart'",
    ),
    "restart": Key(lifecycle.restart, lifecycle.wanted_restart, lifecycle.near_restart, said=lifecycle.said_restart),
    "stop_grace_period": Key(lifecycle.grace, lifecycle.wanted_grace, lifecycle.near_grace),
    "stop_signal": Key(
        lifecycle.stop_signal,
        lifecycle.wanted_signal,
        why=lifecycle.no_signal,
        cost="the program gets its image's own signal, else SIGTERM",
        hint="'lifecycle: {stop-signals: [SERVICE]}' in the overlay sends this one",
    ),
    "post_start.*.**": Key(hooks.hook("postStart"), hooks.wanted, why=hooks.no_hook),
    "pre_stop.*.**": Key(hooks.hook("preStop"), hooks.wanted, why=hooks.no_hook),
    "pre_start.**": Key(why=refused("a hook before the start has no counterpart", "write it as a service that others await as completed")),
    "init": Key(container.reaper, why=first(container.off, container.no_reaper)),
    "scale": Key(rollout.number_of, rollout.wanted_number, rollout.near_number),
    "attach": Key(why=not_needed("only the terminal of 'docker compose up' knows it")),
    "develop.**": Key(why=not_needed("only 'docker compose watch' knows it")),
    "logging.driver": Key(why=resources.no_driver, cost=_LOGGING, hint=_COLLECTOR),
    "logging.options.*": Key(why=resources.no_log_option, cost=_LOGGING, hint=_COLLECTOR),
    # what is written on it
    "annotations.*": Key(resources.written, near=resources.near_label, why=resources.no_label),
    "labels.*": Key(resources.written, near=resources.near_label, why=resources.no_label, inert=resources.inert_label),
    # deploy
    "deploy.mode": Key(rollout.mode, rollout.wanted_mode, rollout.near_mode),
    "deploy.replicas": Key(rollout.number_of, near=rollout.near_number),
    "deploy.endpoint_mode": Key(rollout.endpoint_mode, near=rollout.near_endpoint, why=rollout.no_endpoint),
    "deploy.labels.*": Key(resources.written, near=resources.near_label, why=resources.no_label, inert=resources.inert_label),
    "deploy.restart_policy.condition": Key(lifecycle.condition, near=lifecycle.near_restart),
    "deploy.restart_policy.max_attempts": Key(lifecycle.attempts, near=lifecycle.near_attempts, why=lifecycle.no_attempts),
    "deploy.restart_policy.delay": Key(
        why=not_needed("the kubelet waits 10 s before a restart, then twice as long each time, up to 5 minutes")
    ),
    "deploy.restart_policy.window": Key(why=not_needed("the kubelet forgets failures after 10 minutes without one")),
    "deploy.update_config.order": Key(rollout.order, near=rollout.near_order, why=not_needed("a Job is not updated")),
    "deploy.update_config.parallelism": Key(
        rollout.parallelism, near=rollout.near_parallelism, why=not_needed("all pods are replaced at once")
    ),
    "deploy.update_config.delay": Key(why=not_needed("the next pod is replaced when the one before is Ready")),
    "deploy.update_config.failure_action": Key(
        why=not_needed("a rollout whose pods do not become Ready stops there; 'kubectl rollout undo' goes back")
    ),
    "deploy.update_config.max_failure_ratio": Key(why=not_needed("a rollout stops at the first pod that does not become Ready")),
    "deploy.update_config.monitor": Key(why=not_needed("a rollout looks at readiness")),
    "deploy.rollback_config.**": Key(why=not_needed("'kubectl rollout undo' follows the rules of any rollout")),
    "deploy.placement.constraints.*": Key(resources.constraints, why=resources.no_constraint),
    "deploy.placement.preferences.*.spread": Key(resources.spread, why=resources.no_spread),
    "deploy.placement.max_replicas_per_node": Key(
        cost="several pods may run on one node", hint="a topologySpreadConstraint by a patch keeps them apart"
    ),
    "deploy.resources.limits.cpus": Key(resources.cpus("limits"), times.wanted_cpus, why=resources.no_limit),
    "deploy.resources.limits.memory": Key(resources.memory("limits"), times.wanted_bytes, why=resources.no_limit),
    "deploy.resources.limits.pids": Key(cost="the kubelet limits the processes of all pods alike: podPidsLimit"),
    "deploy.resources.reservations.cpus": Key(resources.cpus("requests"), times.wanted_cpus, resources.near_request, resources.no_limit),
    "deploy.resources.reservations.memory": Key(
        resources.memory("requests"), times.wanted_bytes, resources.near_request, resources.no_limit
    ),
    "deploy.resources.reservations.devices.*.**": Key(devices.devices, devices.wanted_devices, devices.near_devices, _GPU),
    "deploy.resources.reservations.generic_resources.**": Key(why=_GPU),
    # older words for resources
    "cpus": Key(resources.cpus("limits"), times.wanted_cpus, why=resources.no_limit),
    "mem_limit": Key(resources.memory("limits"), times.wanted_bytes, why=resources.no_limit),
    "mem_reservation": Key(resources.memory("requests"), times.wanted_bytes, resources.near_request, resources.no_limit),
    "cpu_count": Key(cost="'cpus' limits the processors in a cluster"),
    "cpu_percent": Key(cost="'cpus' limits the processors in a cluster"),
    "cpu_period": Key(cost="'cpus' limits the processors in a cluster"),
    "cpu_quota": Key(cost="'cpus' limits the processors in a cluster"),
    "cpu_rt_period": Key(cost=f"{_NODE}: there is no real-time scheduling of a pod"),
    "cpu_rt_runtime": Key(cost=f"{_NODE}: there is no real-time scheduling of a pod"),
    "cpu_shares": Key(cost="'deploy.resources.reservations.cpus' weighs containers against each other in a cluster"),
    "cpuset": Key(cost="the kubelet's CPU manager binds containers to processors, where it is on"),
    "memswap_limit": Key(why=not_needed("a pod does not swap, unless its node is set up for it")),
    "mem_swappiness": Key(why=not_needed("a pod does not swap, unless its node is set up for it")),
    "oom_kill_disable": Key(why=container.off, cost="a container that exceeds its memory is killed, always"),
    "oom_score_adj": Key(cost="the kubelet sets it from requests and limits"),
    "pids_limit": Key(cost="the kubelet limits the processes of all pods alike: podPidsLimit"),
    "ulimits.**": Key(cost=_NODE, hint="raise it on the nodes if the program asks for more than it finds"),
    "blkio_config.**": Key(cost=_IO),
    "storage_opt.**": Key(
        cost="a container may write as much as its node holds", hint="'ephemeral-storage' under resources limits that, by a patch"
    ),
    "gpus.*.**": Key(devices.devices, devices.wanted_devices, devices.near_devices, _GPU),
    "devices.*.source": Key(why=refused("a device of the host is not the pod's", "a device plugin hands it out, or leave it out")),
    "devices.*.target": Key(why=not_needed("nothing is there: its source is refused")),
    "devices.*.permissions": Key(why=not_needed("nothing is there: its source is refused")),
    "device_cgroup_rules.*": Key(why=refused("a device of the host is not the pod's", "a device plugin hands it out, or leave it out")),
    # whom it runs as, what it may do
    "user": Key(security.user, security.wanted_user, why=security.no_user, near=security.near_user),
    "group_add.*": Key(security.groups, why=security.no_group),
    "privileged": Key(
        container.flag("securityContext", "privileged"), why=security.forbidden("a privileged container", "restricted", "baseline")
    ),
    "read_only": Key(container.flag("securityContext", "readOnlyRootFilesystem"), why=container.off),
    "cap_add.*": Key(security.listed("add"), why=security.no_capability),
    "cap_drop.*": Key(security.listed("drop"), why=security.no_drop),
    "security_opt.*": Key(options.options, why=options.no_option),
    "sysctls.*": Key(options.sysctls, why=options.no_sysctl),
    "pid": Key(security.host_namespace("hostPID", "host"), why=security.namespaces("process table")),
    "ipc": Key(security.host_namespace("hostIPC", "host"), why=security.namespaces("shared memory")),
    "uts": Key(why=refused("the host's name is not the pod's", "read it from the node by the downward API: spec.nodeName")),
    "userns_mode": Key(why=not_needed("the pod has the user namespace that its node gives it")),
    "cgroup": Key(why=not_needed("every container has a cgroup of its own")),
    "cgroup_parent": Key(why=refused("the kubelet places the cgroups of a pod", "leave 'cgroup_parent' out")),
    "runtime": Key(
        why=refused("a container runtime is chosen by a RuntimeClass of the cluster", "make one, and set 'runtimeClassName' by a patch")
    ),
    "isolation": Key(why=not_needed("only Windows containers know it")),
    "credential_spec.**": Key(why=refused("only Windows containers know it", "set 'windowsOptions' by a patch")),
    # what only docker compose does
    "provider.type": Key(
        why=refused(
            "a provider is a program of docker compose: no container runs, and nothing is made of the service",
            "run as a service what it stands for, or write what it gives to those that depend on it into their 'environment'",
        )
    ),
    "provider.**": Key(why=not_needed("it is for the provider, which is refused")),
    "models.**": Key(
        why=refused("docker compose runs models on the host", "run a model server in the cluster, and give its address in the environment")
    ),
    "use_api_socket": Key(
        why=refused("there is no Docker engine in a cluster", "use the API of Kubernetes, with a ServiceAccount of its own")
    ),
}
"""Compose key -> its row. `*` stands for an identity, `**` for everything below."""
