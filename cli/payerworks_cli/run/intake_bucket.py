"""The intake bucket, where files arrive through S3."""

from pathlib import Path

from payerworks_cli.aws import aws_client
from payerworks_cli.errors import BadInput, StackNotUp
from payerworks_cli.stack_outputs import Stack


class IntakeBucket:
    """Puts files into a stack's intake bucket, as any S3 client would."""

    def __init__(self, stack: Stack) -> None:
        self._bucket = stack.intake_bucket
        self._client = aws_client(
            stack,
            "s3",
            signature_version="s3v4",
            s3={"addressing_style": "path"} if stack.aws_endpoint_url else None,
            request_checksum_calculation="when_required",
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
