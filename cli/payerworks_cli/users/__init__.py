"""The commands of `payerworks users`, each in the file of its name."""
