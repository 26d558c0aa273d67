"""The commands of `payerworks patients`, each in the file of its name."""
