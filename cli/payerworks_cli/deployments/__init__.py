"""Commands about a deployment itself: who is logged in, its address and token, whether it is well."""
