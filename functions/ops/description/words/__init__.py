"""What the members, parameters, headers and statuses of the API mean; each word is explained once."""
