"""DELETE /auth/passkeys/{id}: remove one of the caller's passkeys.

409 for the last second factor of a user whose type needs one.
"""

from auth.factors.own_factor import change_own
from auth.factors.second_factor import factor_in_force
from auth.passkeys import passkey_repository
from auth.sessions.enrolment import needs_factor
from auth.users.repository import User
from payerworks.errors import Conflict, NotFound
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={204: None}, errors=(404, 409))
def handler(request: Request) -> Answer:
    passkey_id = request.path("id")

    def remove(user: User) -> None:
        ids = {passkey.passkey_id for passkey in passkey_repository.list_passkeys(user)}
        if passkey_id not in ids:
            raise NotFound("There is no passkey with this id.")
        is_last_factor = len(ids) == 1 and not factor_in_force(user)
        if is_last_factor and needs_factor(user.user_type):
            raise Conflict("Users of this type need a second factor; this is the only one.")
        passkey_repository.remove_passkey(user, passkey_id, is_last_factor=is_last_factor)

    change_own(request, remove)
    return Answer(204)
