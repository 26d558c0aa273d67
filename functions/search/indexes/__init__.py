"""What all indexes share: the indexes behind an alias, and what drift is."""
