"""Jobs on a whole index: drift checks and reindexing, in slices."""
