"""Search: keeps OpenSearch's copies in step with the tables."""
