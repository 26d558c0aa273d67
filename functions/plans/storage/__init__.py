"""Plans in DynamoDB and in Redis."""
