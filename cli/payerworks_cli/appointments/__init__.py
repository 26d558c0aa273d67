"""The commands of `payerworks appointments`, each in the file of its name."""
