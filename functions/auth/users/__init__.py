"""Users, their passwords and the rights of each user type."""
