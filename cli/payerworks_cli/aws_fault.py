"""Failures of AWS in words of our own."""


def aws_fault(error: Exception) -> str:
    """Why a call of AWS failed (BotoCoreError, ClientError), in words of our own."""
    from botocore.exceptions import ClientError, NoCredentialsError

    if isinstance(error, ClientError):
        return f"AWS refuses it ({error.response['Error']['Code']})"
    return "there are no AWS credentials" if isinstance(error, NoCredentialsError) else "AWS does not answer"
