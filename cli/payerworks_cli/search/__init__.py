"""The commands of `payerworks search`, each in the file of its name."""
