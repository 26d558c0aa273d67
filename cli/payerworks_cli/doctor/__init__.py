"""`payerworks doctor`: what it looks at, on this machine and at a deployment."""
