"""The commands of `payerworks sessions`, each in the file of its name."""
