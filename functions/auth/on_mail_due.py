"""Queue AuthMails: mail a link to set a password, if the address is that of a user who may log in."""

import time
from typing import Any

from auth.links import link_repository, mails
from auth.users import repository
from auth.users.repository import User
from payerworks.messages import sqs_handler
from payerworks.settings import settings


def send_link(message: dict[str, Any]) -> None:
    """Make a link and mail it. A message that is delivered twice sends a second link, which is as good."""
    invites = message["kind"] == "invitation"
    seconds = link_repository.INVITATION_SECONDS if invites else link_repository.RESET_SECONDS
    # A dead letter may be sent back days later, when nobody waits for the mail any more.
    if not settings().mail_sender or message["queuedAt"] + seconds <= time.time():
        return
    user = _user_of(message)
    if user is not None and user.active:
        token = link_repository.new_token()
        link_repository.add_link(user, token, seconds)
        mails.send_mail(user, token, invites=invites)


def _user_of(message: dict[str, Any]) -> User | None:
    if message["kind"] == "invitation":
        return repository.get_user(message["tenant"], message["userId"])
    return repository.find_user(message["email"])


handler = sqs_handler(send_link)
