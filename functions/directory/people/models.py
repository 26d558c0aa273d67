"""What the models of institutions, doctors and patients share."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model, field_validator
from pydantic.json_schema import WithJsonSchema

from auth.users.models import Email, NewPassword, password_or_invitation
from payerworks.paging import PageQuery
from payerworks.texts import Name


def _address(value: Any) -> Any:
    """The address of an e-mail that is given as a text, or as an object that may say `is_primary: true`."""
    if not isinstance(value, dict):
        return value
    if value.keys() <= {"email_address", "is_primary"} and value.get("is_primary", True) is True:
        return value.get("email_address")
    raise ValueError("must be a text, or an object with email_address, whose is_primary may be true")


_TEXT_OR_OBJECT = {
    "oneOf": [
        {"type": "string", "format": "email"},
        {
            "type": "object",
            "properties": {
                "email_address": {"type": "string", "format": "email"},
                # Generators of clients make no valid code of a constant that is a boolean.
                "is_primary": {"type": "boolean", "not": {"const": False}},
            },
            "required": ["email_address"],
            "additionalProperties": False,
        },
    ]
}
ContactEmail = Annotated[Email, BeforeValidator(_address), WithJsonSchema(_TEXT_OR_OBJECT, mode="validation")]
"""The primary e-mail, which is the login too when a person is made."""


class NewLogin(BaseModel):
    """How a new person logs in: with a password, or with `invite`, with one chosen by a link."""

    invite: bool = False
    password: NewPassword | None = Field(None, repr=False, validate_default=True)

    _password_or_invitation = field_validator("password")(password_or_invitation)


def all_optional(name: str, profile: type[BaseModel]) -> type[BaseModel]:
    """A model of what a PUT changes of a profile: each member may be left out, and null where it can be taken away."""
    fields: dict[str, Any] = {
        member: (field.rebuild_annotation(), Field(default_factory=lambda: None))
        for member, field in profile.model_fields.items()
    }
    doc = "What changes; the rest stays as it is, and null takes a member away."
    return create_model(name, __config__=ConfigDict(strict=True, extra="forbid"), __doc__=doc, **fields)


class PersonMembers(BaseModel):
    """What every answer says of a person besides the profile."""

    id: str
    user_id: str
    created_at: str
    updated_at: str
    deleted_at: str | None = None
    invitation_mailed: bool = Field(
        False, description="Of a new person: the user gets a link by mail. Left out where it is false."
    )


class PersonListQuery(PageQuery):
    """Filters of a list of people; all of them must hold."""

    deleted: bool = Field(False, description="The deleted ones instead of the others.")


class NamedListQuery(PersonListQuery):
    """Filters of a list of people with first and last names, which match by their beginning, in any case."""

    last_name: Name | None = Field(None, description="How the last name begins.")
    first_name: Name | None = Field(None, description="How the first name begins.")

    @property
    def names(self) -> dict[str, str | None]:
        return {"last_name": self.last_name, "first_name": self.first_name}


class PersonVersion(BaseModel):
    """One change of a person, and the version that it made."""

    version: int
    operation: str
    at: str
    by: str
    request_id: str = Field(alias="requestId")
    changed: list[str]
    reason: str = ""


class PersonHistory(BaseModel):
    """A page of changes, the newest first."""

    items: list[PersonVersion]
    next_cursor: str | None = Field(alias="nextCursor")
