"""The intake bucket, where files arrive through S3."""

from pathlib import Path

from payerworks_cli.errors import BadInput, StackNotUp
from payerworks_cli.stack import Stack, is_on_this_machine


class IntakeBucket:
    """Puts files into a stack's intake bucket, as any S3 client would."""

    def __init__(self, stack: Stack) -> None:
        import boto3  # 0.3 s that `sample` and `--help` do without
        from botocore.config import Config

        local = is_on_this_machine(stack.aws_endpoint_url)
        self._bucket = stack.intake_bucket
        self._client = boto3.client(
            "s3",
            endpoint_url=stack.aws_endpoint_url,
            region_name=stack.region,
            aws_access_key_id=stack.access_key_id,
            aws_secret_access_key=stack.secret_access_key.get_secret_value() if stack.secret_access_key else None,
            config=Config(
                signature_version="s3v4",
                connect_timeout=5,
                retries={"mode": "standard", "max_attempts": 2},
                proxies={} if local else None,
                s3={"addressing_style": "path"} if stack.aws_endpoint_url else None,
                request_checksum_calculation="when_required",
            ),
        )

    def put(self, key: str, path: Path) -> bool:
        """Store a file under a key; tells whether the key held the same bytes before."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            earlier = self._etag(key)
            with path.open("rb") as content:
                put = self._client.put_object(Bucket=self._bucket, Key=key, Body=content, ContentType="text/csv")
            return earlier is not None and earlier == put.get("ETag")
        except OSError as error:
            raise BadInput(f"{path} cannot be read: {error.strerror}.") from error
        except (BotoCoreError, ClientError) as error:
            raise StackNotUp(f"{path.name} could not be put into the bucket {self._bucket}: {error}") from None

    def _etag(self, key: str) -> str | None:
        from botocore.exceptions import ClientError

        try:
            etag = self._client.head_object(Bucket=self._bucket, Key=key).get("ETag")
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return None
            raise
        return etag if isinstance(etag, str) else None
