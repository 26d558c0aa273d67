"""What every service shares: HTTP, errors, JSON text, cache, paging, idempotency, messages, logs, metrics."""
