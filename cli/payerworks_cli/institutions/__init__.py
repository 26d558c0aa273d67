"""The commands of `payerworks institutions`, each in the file of its name."""
