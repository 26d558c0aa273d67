"""The command `payerworks`: what the service does, from a shell."""
