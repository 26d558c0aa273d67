"""The total net fee of each provider."""
