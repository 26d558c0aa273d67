"""The commands of `payerworks audit`, each in the file of its name."""
