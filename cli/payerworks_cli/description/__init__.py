"""`payerworks api`: what describes the API, for other tools."""
