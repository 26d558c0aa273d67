"""The commands on the account that is logged in: who it is, its password, its second factor."""
