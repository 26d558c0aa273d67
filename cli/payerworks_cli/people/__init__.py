"""What the commands of institutions, doctors and patients share."""
