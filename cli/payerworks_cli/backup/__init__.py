"""`payerworks backup` and `payerworks restore`: all tables as they were at one moment, and a new stack made of them."""
