"""The commands of `payerworks clients`, each in the file of its name."""
