"""The people of the directory (institutions too): how they are made, stored, listed, changed and seen."""
