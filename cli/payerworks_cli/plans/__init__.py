"""The commands of `payerworks plans`, each in the file of its name."""
