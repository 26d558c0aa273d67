"""How appointments are made and changed."""
