"""Jobs on a whole index, in slices: drift checks and reindexing."""
