"""The command `payerworks`: what the service does, from a shell."""

VERSION = "0.1.0"
