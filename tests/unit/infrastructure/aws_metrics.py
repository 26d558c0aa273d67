"""Metrics that AWS documents: by namespace the title of the document, and the metrics with their dimensions."""

from typing import NamedTuple


class Documented(NamedTuple):
    """What a user guide says about a namespace: each metric with the dimensions by which it can be read."""

    title: str
    metrics: dict[str, list[tuple[str, ...]]]


_QUEUE = [("QueueName",)]
_FUNCTION = [(), ("FunctionName",)]  # without a dimension: of all functions of the account in the region
_API = [("ApiName",), ("ApiName", "Stage")]
_TABLE = [("TableName",), ("GlobalSecondaryIndexName", "TableName")]
_DOMAIN = [("ClientId", "DomainName")]

METRICS = {
    "AWS/SQS": Documented(
        "Amazon SQS Developer Guide, Available CloudWatch metrics for Amazon SQS",
        {"ApproximateNumberOfMessagesVisible": _QUEUE, "ApproximateAgeOfOldestMessage": _QUEUE},
    ),
    "AWS/Lambda": Documented(
        "AWS Lambda Developer Guide, Types of metrics for Lambda functions",
        {
            "IteratorAge": _FUNCTION,
            "Throttles": _FUNCTION,
            "RecursiveInvocationsDropped": _FUNCTION,
            "ConcurrentExecutions": _FUNCTION,
        },
    ),
    "AWS/ApiGateway": Documented(
        "Amazon API Gateway Developer Guide, Amazon API Gateway dimensions and metrics",
        {"5XXError": _API, "Count": _API},
    ),
    "AWS/DynamoDB": Documented(
        "Amazon DynamoDB Developer Guide, DynamoDB Metrics and dimensions",
        {"ReadThrottleEvents": _TABLE, "WriteThrottleEvents": _TABLE},
    ),
    "AWS/ElastiCache": Documented(
        "Amazon ElastiCache User Guide, Metrics and events for Valkey and Redis OSS serverless caches",
        {"ThrottledCmds": [("clusterId",)]},
    ),
    "AWS/ES": Documented(
        "Amazon OpenSearch Service Developer Guide, Monitoring OpenSearch cluster metrics with Amazon CloudWatch",
        {
            "ClusterStatus.red": _DOMAIN,
            "ClusterIndexWritesBlocked": _DOMAIN,
            "KMSKeyError": _DOMAIN,
            "FreeStorageSpace": _DOMAIN,
            "CPUUtilization": _DOMAIN,
            "JVMMemoryPressure": _DOMAIN,
        },
    ),
    "AWS/Backup": Documented(
        "AWS Backup Developer Guide, AWS Backup metrics with Amazon CloudWatch",
        {"NumberOfBackupJobsFailed": [("BackupVaultName",)], "NumberOfCopyJobsFailed": [("BackupVaultName",)]},
    ),
}
