"""Mails with a link to set a password: the messages of the queue AuthMails, and the mails that they become.

A link is made when its mail is sent, so that no token is in a queue. Where the stack has no MAIL_SENDER, no mail is
sent; an administrator can then make a link (POST /users/{id}/invite).
"""

import time
from typing import Any

from auth.users.repository import User
from payerworks.aws import client
from payerworks.messages import send
from payerworks.settings import settings

Message = dict[str, Any]

_RESET = (
    "Set a new password",
    """Somebody, probably you, asked for a new password for this address.

To set one, {how}
This is possible once, within 30 minutes. If it was not you, there is nothing to do.
""",
)
_INVITATION = (
    "Your new account",
    """An account was made for this address.

To choose its password, {how}
This is possible once, within 7 days.
""",
)


def queue_reset(email: str, request_id: str) -> None:
    """Have a link mailed to an address, if a user has it."""
    _queue({"kind": "reset", "email": email, "requestId": request_id})


def queue_invitation(user: User, request_id: str) -> None:
    """Have an invitation mailed to a user."""
    _queue({"kind": "invitation", "tenant": user.tenant, "userId": user.user_id, "requestId": request_id})


def _queue(message: Message) -> None:
    send(settings().queues["auth_mails"], [message | {"queuedAt": int(time.time())}])


def send_mail(user: User, token: str, *, invites: bool) -> None:
    """Mail the token of a link to a user by Amazon SES."""
    subject, text = _INVITATION if invites else _RESET
    link = link_of(token)
    how = f"open\n\n{link}\n" if link else f"use this token:\n\n{token}\n"
    client("sesv2").send_email(
        FromEmailAddress=settings().mail_sender,
        Destination={"ToAddresses": [user.email]},
        Content={"Simple": {"Subject": _utf8(subject), "Body": {"Text": _utf8(text.format(how=how))}}},
    )


def link_of(token: str) -> str:
    """The address of the page for a new password, with a token; empty if the stack has no such page.

    The token is in the fragment, which browsers send to no server.
    """
    page = settings().password_page_url
    return f"{page}#token={token}" if page else ""


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
