"""The stacks around the application, and the command that deploys them all."""
