"""The commands of `payerworks claims`, each in the file of its name."""
