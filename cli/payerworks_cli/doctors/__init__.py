"""The commands of `payerworks doctors`, each in the file of its name."""
