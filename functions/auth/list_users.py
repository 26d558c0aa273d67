"""GET /users: the tenant's users, by type and e-mail."""

from collections.abc import Sequence

from auth.users import repository, user_list
from auth.users.models import UserListQuery
from auth.users.repository import User
from auth.users.rights import USER_TYPES, WITH_ROLES, UserType
from auth.users.user_answer import user_text
from auth.users.user_list import UserPosition
from payerworks.http import Answer, Request, http_operation
from payerworks.paging import page_answer, position
from payerworks.validation import query


@http_operation(query="auth.users.models.UserListQuery", answers={200: "auth.users.models.UserList"})
def handler(request: Request) -> Answer:
    params = query(UserListQuery, request)
    cursor = position(request, params.cursor)
    if params.email is not None:
        users = _with_email(request.tenant, params)
    else:
        after = UserPosition(*cursor) if cursor else None
        users = user_list.list_users(request.tenant, _types(params), params.role, after, params.limit + 1)
    return page_answer(request, users, params.limit, user_text, lambda user: [user.user_type, user.email])


def _types(params: UserListQuery) -> Sequence[UserType]:
    types = [params.user_type] if params.user_type else USER_TYPES
    return [each for each in types if params.role is None or each in WITH_ROLES]


def _with_email(tenant: str, params: UserListQuery) -> list[User]:
    user = repository.find_user(params.email or "")
    if user is None or user.tenant != tenant or user.user_type not in _types(params):
        return []
    return [user] if params.role is None or params.role in user.roles else []
