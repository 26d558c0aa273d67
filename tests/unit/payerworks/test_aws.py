from collections.abc import Callable

import pytest

from payerworks.aws import client


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({}, "https://my-bucket.s3.eu-west-1.amazonaws.com/"),
        ({"AWS_ENDPOINT_URL": "http://localhost:4566"}, "http://localhost:4566/my-bucket"),
    ],
)
def test_a_presigned_post_goes_where_the_bucket_is(
    environment: Callable[..., None], settings: dict[str, str], url: str
) -> None:
    environment(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION="eu-west-1", **settings)
    made_anew = client.__wrapped__("s3")
    assert made_anew.generate_presigned_post("my-bucket", "key")["url"] == url
