"""How plans are found: in OpenSearch, or without it in the table as far as a bounded cost allows."""
