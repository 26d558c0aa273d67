"""`payerworks ingest` and `payerworks jobs`: files in, and what became of them."""
