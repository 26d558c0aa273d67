"""The commands of `payerworks registry`, each in the file of its name."""
