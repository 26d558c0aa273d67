"""A step of a patient's validation."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field

from payerworks.texts import prose

MAX_REASON = 500


def _reason(value: Any) -> str:
    return prose(value, MAX_REASON)


Reason = Annotated[str, BeforeValidator(_reason), Field(max_length=MAX_REASON)]
NextStatus = Literal["validated_by_doctor", "validated_by_institution", "full_access"]


class ValidationStep(BaseModel, strict=True, extra="forbid"):
    """The status that a patient reaches, and why."""

    status: NextStatus
    reason: Reason | None = None
