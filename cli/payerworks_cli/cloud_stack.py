"""A deployment on AWS, known by the outputs of its CloudFormation stack."""

from pydantic import BaseModel

from payerworks_cli.aws_fault import aws_fault
from payerworks_cli.errors import StackNotUp
from payerworks_cli.stack_outputs import Stack


class CloudStack(BaseModel):
    """The name of the application's stack, and its region; without one, that of the AWS configuration."""

    name: str
    region: str | None = None


def read_cloud_stack(named: CloudStack) -> Stack:
    """The outputs of a stack, by the AWS credentials of this shell. Raises StackNotUp."""
    import boto3  # takes 0.3 s, which most commands can save
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        [stack] = boto3.client("cloudformation", region_name=named.region).describe_stacks(StackName=named.name)[
            "Stacks"
        ]
    except (BotoCoreError, ClientError, ValueError) as error:
        raise StackNotUp(f"The outputs of the stack {named.name} cannot be read: {aws_fault(error)}.") from None
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}
    if "ApiUrl" not in outputs:
        raise StackNotUp(f"The stack {named.name} has no output ApiUrl: is it the application's, and deployed?")
    return Stack(
        api_url=outputs["ApiUrl"],
        intake_bucket=outputs.get("IntakeBucketName", ""),
        region=named.region,
        topics={name.removesuffix("Arn"): value for name, value in outputs.items() if name.endswith("Arn")},
        functions={name.removesuffix("Name"): value for name, value in outputs.items() if name.endswith("Name")},
    )
