"""Turn a Docker Compose project into Kubernetes manifests that run, and prove that they still say what it says."""

__version__ = "0.1.0"
