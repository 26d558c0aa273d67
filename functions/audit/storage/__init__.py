"""The ledger in S3 and DynamoDB."""
