"""How appointments are stored."""
