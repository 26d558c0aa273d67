"""Search: keep the OpenSearch indexes up to date with the tables."""
