"""The commands of `payerworks keys`, each in the file of its name."""
