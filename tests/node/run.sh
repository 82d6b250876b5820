#!/usr/bin/env bash
# Runs the reference stack on a real node, from nothing: tests/node/run.sh [pytest arguments].
# Builds what is missing (Kubernetes, images: several minutes the first time), converts docker-compose.yml, applies it, looks, ends the node.
# Root, on Debian, with ../shared/cluster and: apt-get install etcd-server containerd runc containernetworking-plugins iptables nftables
# iproute2 mmdebstrap; go and kubectl on PATH.
set -euo pipefail
cd "$(dirname "$0")/../.."
cluster=$PWD/../shared/cluster
[ "$(id -u)" = 0 ] || { echo "needs root" >&2; exit 2; }
[ -d "$cluster" ] || { echo "needs ../shared/cluster" >&2; exit 2; }
for program in etcd containerd runc ip nft iptables mmdebstrap go kubectl; do
  command -v "$program" > /dev/null || { echo "$program is missing: see the head of this file" >&2; exit 2; }
done
python=${PYTHON:-python3}
[ ! -x .venv/bin/python ] || python=.venv/bin/python
"$cluster/build.sh" kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy
"$cluster/images.sh"
exec "$python" -m pytest tests/node -m node "$@"
