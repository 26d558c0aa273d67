"""DELETE /users/{id}/mfa: take the second factor and all passkeys from a user who has lost them, and end the sessions.

An administrator makes sure first that it is the user who asks. 409 for the administrator's own account: those who have
no more than an administrator's token must not get rid of the second factor behind it.
"""

from auth.factors.second_factor import ATTRIBUTES
from auth.passkeys import passkey_repository
from auth.sessions.session_repository import change_user
from auth.sessions.user_changes import retry_on_change
from auth.users.user_answer import user_in_path
from payerworks.errors import Conflict
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={204: None}, errors=(404, 409))
def handler(request: Request) -> Answer:
    retry_on_change(lambda: _reset(request))
    return Answer(204)


def _reset(request: Request) -> None:
    user = user_in_path(request)
    if user.user_id == request.user_id:
        raise Conflict("Administrators cannot reset their own second factor; another one has to, or use a code.")
    deletions = passkey_repository.deletion_parts(user)
    change_user(user, {}, removes=ATTRIBUTES, ends=user.sessions, further=deletions)
