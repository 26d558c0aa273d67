"""The users of a tenant by type and e-mail: the index `by_type` of the table `auth`, which has users alone."""

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from auth.users.repository import User, user_list_name, user_of
from auth.users.rights import UserType
from payerworks.dynamodb import Item, Table

_TABLE = Table("auth")
_PAGE = 100


class UserPosition(NamedTuple):
    """A user's place in the list."""

    user_type: UserType
    email: str


def list_users(
    tenant: str, user_types: Sequence[UserType], role: str | None, after: UserPosition | None, count: int
) -> list[User]:
    """Up to `count` users of some types, type after type, by e-mail; only those with a role if one is given.

    They come without password and sessions, and may be as they were a moment ago.
    """
    left = user_types[user_types.index(after.user_type) :] if after else user_types
    users = (user for user_type in left for user in _of_type(tenant, user_type, role, after))
    return list(itertools.islice(users, count))


def _of_type(tenant: str, user_type: UserType, role: str | None, after: UserPosition | None) -> Iterator[User]:
    condition = "user_list = :list"
    values: Item = {":list": {"S": user_list_name(tenant, user_type)}}
    options = {"IndexName": "by_type", "Limit": _PAGE}
    if after and after.user_type == user_type:
        condition += " AND list_order > :after"
        values[":after"] = {"S": after.email}
    if role:
        values[":role"] = {"S": role}
        options |= {"FilterExpression": "contains(#roles, :role)", "ExpressionAttributeNames": {"#roles": "roles"}}
    for item in _TABLE.query(condition, values, **options):
        yield user_of(item)
