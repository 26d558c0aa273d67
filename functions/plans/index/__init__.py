"""Plans in OpenSearch."""
