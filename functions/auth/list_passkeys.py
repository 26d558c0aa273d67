"""GET /auth/passkeys: the caller's passkeys, the oldest first."""

from auth.passkeys import passkey_repository
from auth.users import repository
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation
from payerworks.paging import list_answer


@http_operation(answers={200: "auth.passkeys.models.PasskeyList"})
def handler(request: Request) -> Answer:
    user = repository.get_user(request.tenant, request.user_id)
    entries = [
        {
            "id": passkey.passkey_id,
            "name": passkey.title,
            "created_at": passkey.created_at,
            "last_used_at": passkey.last_used_at,
        }
        for passkey in (passkey_repository.list_passkeys(user) if user else ())
    ]
    return list_answer(request, [json_text.write(entry) for entry in entries], None)
