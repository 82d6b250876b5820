"""The rule `storage`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from converter.compose.project import Project
from converter.findings import Finding, Severity
from converter.manifests import Manifests, pod_spec
from converter.rules.rule import Target
from converter.rules.writing.asked import absent
from converter.rules.writing.claim_objects import Wish, objects
from converter.rules.writing.claims import Claim, claim_name, claimed, claims, sub_path, together, volume_of
from converter.rules.writing.fields import upsert
from converter.rules.writing.host_folders import Folders
from converter.rules.writing.kinds import AccessMode, Bytes, Image, Name
from converter.rules.writing.mounts import attach, mounts_of
from converter.rules.writing.scratch import kept, scratch
from converter.rules.writing.volume_init import fill, fix_ownership, is_filled, put_first


@dataclass(frozen=True)
class Storage:
    """Keep what Compose keeps, and throw away what it throws away.

    Why:
        A named volume becomes one claim however many services mount it; so does a bound data folder. Pods that share a claim of one node
        have to run on one node. What lives no longer than its container (tmpfs, anonymous volumes, shm_size) is an emptyDir, one in
        memory with a limit, for it counts to the memory of the pod. Docker fills an empty volume with what the image has at that path:
        where that matters an init container of the same image does it. With `read_only` each path that the image is known to write gets
        an emptyDir. fsGroup does nothing on folders of the node: there `fix-ownership` gives them to the user of the container first.

    Settings:
        size: of a claim, 1Gi.
        storage-class: of a claim; the cluster's default one without it.
        access-mode: of a claim, ReadWriteOnce.
        volumes: volume, bound folder or `<service>:<path>` of an anonymous volume, which is kept then -> `{size, storage-class,
            access-mode}` for this one.
        tmpfs-size: limit of a tmpfs for which Compose gives none, 64Mi.
        host-path: `{root, storage-class}` puts each claim in a folder below `root` on the node, by a volume that only this claim can take.
            `root: {linux, macos, windows}` has one for each, `system` says which is meant; `C:/data` is as Docker Desktop's node knows it.
        fix-ownership: true gives the folders of claims to the user of the container, by an init container that runs as root.
        ownership-image: image with `chown` for it; the service's own without it.

    Example:
        volumes: [pg_data:/var/lib/data]
            ->  PersistentVolumeClaim pg-data, volumes: [{name: pg-data, persistentVolumeClaim: {claimName: pg-data}}],
                volumeMounts: [{name: pg-data, mountPath: /var/lib/data}]
        tmpfs: [/tmp:size=32m]
            ->  volumes: [{name: tmpfs-tmp, emptyDir: {medium: Memory, sizeLimit: 32Mi}}]
    """

    name: ClassVar[str] = "storage"
    size: Bytes = "1Gi"
    storage_class: Name = ""
    access_mode: AccessMode = "ReadWriteOnce"
    volumes: Mapping[str, Wish] = field(default_factory=dict)
    tmpfs_size: Bytes = "64Mi"
    host_path: Folders | None = None
    fix_ownership: bool = False
    ownership_image: Image = ""

    def apply(self, manifests: Manifests, project: Project, target: Target) -> Iterable[Finding]:
        """Write claims, volumes, mounts, podAffinity and the init containers that prepare volumes."""
        extra = {one.name: one for key in manifests.services() for one in kept(project, key, self.volumes).values()}
        found = [*claims(project), *extra.values()]
        for claim in found:
            owner = claim.users[0] if len(claim.users) == 1 else ""
            for document in objects(project, target, claim, self._wish(claim), self.host_path):
                there = manifests.find(document["kind"], document["metadata"]["name"])
                if there is not None and manifests.service_of(there) != owner:  # kompose's scaffold knows fewer users
                    manifests.remove(there)
                upsert(manifests, document, service=owner)
        for key in manifests.services():
            self._mount(manifests, project, key)
        self._keep_together(manifests, project, found)
        yield from absent(self.name, "volumes", self.volumes, {claim.volume for claim in found}, "volume")
        for claim in (one for one in found if one.external):
            said = f"volume '{claim.volume}' is external: the claim '{claim.name}' must be there before the pods"
            yield Finding(self.name, Severity.INFO, said, ("volumes", claim.volume, "external"))

    def _wish(self, claim: Claim) -> Wish:
        wish = self.volumes.get(claim.volume, Wish())
        mode = wish.access_mode or ("ReadWriteMany" if claim.nfs else self.access_mode)
        return Wish(wish.size or self.size, wish.storage_class or self.storage_class, mode)

    def _mount(self, manifests: Manifests, project: Project, key: str) -> None:
        """Volumes, mounts and init containers of one service."""
        container, inits, volumes, mounts = manifests.container(key), [], [], []
        for mount in mounts_of(project, key):
            if volume := claimed(project, key, mount):
                claim = claim_name(project, volume)
                volumes.append({"name": volume_of(claim), "persistentVolumeClaim": {"claimName": claim}})
                part, locked = sub_path(project, mount), mount.get("read_only")
                entry = {"name": volume_of(claim), "mountPath": mount["target"], "subPath": part, "readOnly": locked}
                mounts.append({name: value for name, value in entry.items() if value})
                if is_filled(project, key, mount):
                    inits.append(fill(project, key, container, mounts[-1]))
        if self.fix_ownership and (init := fix_ownership(project, key, container, mounts, self.ownership_image)):
            inits.insert(0, init)
        for empty in scratch(project, key, self.tmpfs_size):
            claim_of = kept(project, key, self.volumes).get(empty.target)
            held = {"persistentVolumeClaim": {"claimName": claim_of.name}} if claim_of else {"emptyDir": dict(empty.source)}
            volumes.append({"name": empty.name, **held})
            mounts.append({"name": empty.name, "mountPath": empty.target} | ({"readOnly": True} if empty.read_only else {}))
            if empty.filled and (claim_of is None or claim_of.volume.startswith(f"{key}:")):
                inits.append(fill(project, key, container, mounts[-1]))
        attach(manifests, key, volumes, mounts)
        put_first(pod_spec(manifests.workload(key)), inits)

    def _keep_together(self, manifests: Manifests, project: Project, found: Iterable[Claim]) -> None:
        """Tie pods that share a claim of one node to one node, by one term for the whole group: two terms could wait for each other."""
        for group in together(project, (claim for claim in found if self._wish(claim).access_mode == "ReadWriteOnce")):
            selector = {"matchExpressions": [{"key": "app", "operator": "In", "values": [project.name_of(key) for key in group]}]}
            term = {"labelSelector": selector, "topologyKey": "kubernetes.io/hostname"}
            for key in group:
                affinity = pod_spec(manifests.workload(key)).setdefault("affinity", {})
                affinity["podAffinity"] = {"requiredDuringSchedulingIgnoredDuringExecution": [term]}
