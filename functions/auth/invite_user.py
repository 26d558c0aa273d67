"""POST /users/{id}/invite: have a user set a password by a link, which is valid for 7 days.

Where the stack sends mails, the user gets the link by mail (202). Elsewhere the answer has it, for the administrator to
hand over (200).
"""

import contextlib
from dataclasses import replace

from auth.links import link_repository, mails
from auth.sessions.sealing import seal, unseal
from auth.users.user_answer import user_in_path
from payerworks import json_text
from payerworks.errors import Conflict
from payerworks.http import Answer, Request, http_operation
from payerworks.idempotency import idempotent
from payerworks.secret import accepted_secrets, signing_secret
from payerworks.settings import settings
from payerworks.times import iso_seconds


@http_operation(
    answers={200: "auth.links.models.Invitation", 202: None}, errors=(404, 409, 422), headers=("Idempotency-Key",)
)
def handler(request: Request) -> Answer:
    # The kept answer of an Idempotency-Key is sealed: no table has a token that can be used.
    answer = idempotent(request, None, lambda _: _invite(request))
    return answer if answer.text is None else replace(answer, text=_unsealed(answer.text))


def _unsealed(sealed: str) -> str:
    for secret in accepted_secrets():
        with contextlib.suppress(ValueError):
            return unseal(sealed, secret)
    raise Conflict("The answer of this Idempotency-Key can no longer be read: the secret was rotated twice.")


def _invite(request: Request) -> Answer:
    user = user_in_path(request)
    if not user.active:
        raise Conflict("This account is not active.")
    if settings().mail_sender:
        mails.queue_invitation(user, request.id)
        return Answer(202)
    token = link_repository.new_token()
    expires = link_repository.add_link(user, token, link_repository.INVITATION_SECONDS)
    link = mails.link_of(token)
    members = {"token": token, **({"link": link} if link else {})}
    members["expires_at"] = iso_seconds(expires)
    return Answer(200, seal(json_text.write(members), signing_secret()))
