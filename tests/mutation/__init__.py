"""How much of what can be changed in manifests `cdb-convert diff --manifests` notices."""
