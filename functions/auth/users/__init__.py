"""Users, their passwords and what each type of user may call."""
