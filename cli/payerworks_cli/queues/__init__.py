"""The commands of `payerworks queues`, each in the file of its name."""
