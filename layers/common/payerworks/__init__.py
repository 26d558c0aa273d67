"""Code shared by every service: HTTP, errors, JSON text, cache, paging, idempotency, messages, logs, metrics."""
