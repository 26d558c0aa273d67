"""`make deploy ENV=…`: deploy an environment's stacks in order, show what changes and what it costs, and try it out."""
