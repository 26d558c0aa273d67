"""What the operations on users take and answer: credentials, users, passwords, and the first administrator."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, ValidationInfo, field_validator
from pydantic.json_schema import WithJsonSchema

from auth.users.email_address import MAX_LENGTH, email_address
from auth.users.password_rules import LIKE_EMAIL, LONGEST, SHORTEST, is_like_email, new_password, password
from auth.users.rights import WITH_ROLES, Role, UserType
from payerworks.paging import PageQuery
from payerworks.tenants import DEFAULT_TENANT, TENANT_PATTERN
from payerworks.texts import Identifier

Email = Annotated[str, Field(max_length=MAX_LENGTH, pattern=r"^\s*[^@\s]+@[^@\s]+\s*$"), AfterValidator(email_address)]
Password = Annotated[
    str,
    AfterValidator(password),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": LONGEST, "format": "password"}),
]
NewPassword = Annotated[
    str,
    AfterValidator(new_password),
    WithJsonSchema({"type": "string", "minLength": SHORTEST, "maxLength": LONGEST, "format": "password"}),
]
PersonType = Literal["patient", "doctor", "institution", "staff", "admin"]
"""The user types that log in; a `service` is a client, which has a secret of its own."""
MAX_OTP = 64


def _unlike_email(chosen: str, info: ValidationInfo) -> str:
    if is_like_email(chosen, info.data.get("email") or info.data.get("contact_email") or "@"):
        raise ValueError(LIKE_EMAIL)
    return chosen


def password_or_invitation(chosen: str | None, info: ValidationInfo) -> str | None:
    """Validates the password of a model that has `invite` and an e-mail before it: one of the two is given."""
    is_invited = info.data.get("invite")
    if chosen is None and is_invited is False:
        raise ValueError("is missing; or let invite be true")
    if chosen is not None and is_invited:
        raise ValueError("must not be given to an invited user")
    return chosen if chosen is None else _unlike_email(chosen, info)


class Credentials(BaseModel, strict=True, extra="forbid"):
    """The e-mail and password of a login; `otp` is a code of the second factor, or a recovery code."""

    email: Email
    password: Password = Field(repr=False)
    otp: str = Field("", max_length=MAX_OTP, repr=False)


class LoggedIn(BaseModel):
    """The tokens of a login and their user; `expires_in` in seconds (RFC 6749, section 5.1).

    `refresh_token` is left out where it is in the cookie.
    `mfa_enrolment_required`, which is left out where it is false, says that the tokens only serve to enrol a second
    factor; once that is done, the same tokens have all rights of their user.
    """

    access_token: str = Field(repr=False)
    token_type: Literal["bearer"]
    expires_in: int
    refresh_token: str = Field("", repr=False)
    user_id: str
    user_type: UserType
    email: str
    mfa_enrolment_required: bool = False


class FirstAdmin(BaseModel, strict=True, extra="forbid"):
    """The first administrator of a new stack."""

    email: Email
    password: NewPassword = Field(repr=False)
    tenant: str = Field(DEFAULT_TENANT, pattern=TENANT_PATTERN)

    _unlike_email = field_validator("password")(_unlike_email)


class NewUser(BaseModel, strict=True, extra="forbid"):
    """A user to make: with a password, or with `invite`, to choose one by a link. Only staff have roles.

    `reference_id` names the doctor, patient or institution that the user is.
    """

    email: Email
    invite: bool = False
    password: NewPassword | None = Field(None, repr=False, validate_default=True)
    user_type: PersonType
    reference_id: Identifier | None = None
    roles: list[Role] = []

    _password_or_invitation = field_validator("password")(password_or_invitation)

    @field_validator("roles")
    @classmethod
    def _roles_of_staff(cls, roles: list[Role], info: ValidationInfo) -> list[Role]:
        if fault := fault_of_roles(info.data.get("user_type", "staff"), roles):
            raise ValueError(fault)
        return roles


def fault_of_roles(user_type: UserType, roles: Sequence[Role]) -> str:
    """What is wrong with the roles of a user; empty if nothing is."""
    return f"must be empty for the user type {user_type}" if roles and user_type not in WITH_ROLES else ""


class UserMembers(BaseModel):
    """What every answer says of a user."""

    user_id: str
    email: str
    user_type: UserType
    roles: list[Role]


class CreatedUser(UserMembers):
    """A new user; `invitation_mailed`, which is left out where it is false, says that the user gets a link by mail."""

    invitation_mailed: bool = False


class UserEntry(UserMembers):
    """A user as it is; `invited` until a password is set."""

    reference_id: str
    active: bool
    invited: bool
    created_at: str


class UserList(BaseModel):
    """A page of users, by type and e-mail."""

    items: list[UserEntry]
    next_cursor: str | None = Field(alias="nextCursor")


class UserListQuery(PageQuery):
    """Filters of the list of users; all of them must hold."""

    user_type: UserType | None = Field(None, alias="type")
    role: Role | None = None
    email: Email | None = None


class UserChanges(BaseModel, strict=True, extra="forbid"):
    """What of a user changes; the rest stays as it is. A user of a type without roles loses its roles."""

    user_type: PersonType | None = None
    roles: list[Role] | None = None
    active: bool | None = None


class PasswordChange(BaseModel, strict=True, extra="forbid"):
    """The caller's password, and the one that replaces it."""

    current_password: Password = Field(repr=False)
    new_password: NewPassword = Field(repr=False)


class ForgottenPassword(BaseModel, strict=True, extra="forbid"):
    """The e-mail of the user who wants a link to set a new password."""

    email: Email


class PasswordReset(BaseModel, strict=True, extra="forbid"):
    """The token of a link, and the password to set."""

    token: str = Field(min_length=1, max_length=200, repr=False)
    new_password: NewPassword = Field(repr=False)
