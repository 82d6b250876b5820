"""The Compose project: what docker compose resolves, where each value was written, and every decision that follows from it alone."""
