"""The payment of a claim: a saga over a payment processor."""
