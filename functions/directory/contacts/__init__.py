"""E-mails, phones and addresses of a person."""
