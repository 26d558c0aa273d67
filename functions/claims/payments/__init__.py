"""Payments of claims: a saga around a payment processor."""
