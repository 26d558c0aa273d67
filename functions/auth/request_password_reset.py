"""POST /auth/password/forgotten: have a link to set a new password mailed to an address.

The answer is the same for every address: whether it is a user's is only looked up when the mail is due.
"""

from auth.limits import attempts
from auth.links import mails
from auth.users.models import ForgottenPassword
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation
from payerworks.validation import checked


@http_operation(body="auth.users.models.ForgottenPassword", answers={204: None}, errors=(413, 415, 429), public=True)
def handler(request: Request) -> Answer:
    email = checked(ForgottenPassword, json_text.read(request.body()), "The request is not valid.").email
    attempts.begin_attempt(attempts.FORGOTTEN_ADDRESS, attempts.address_subject(request.address))
    attempts.begin_attempt(attempts.FORGOTTEN, email)
    mails.queue_reset(email, request.id)
    return Answer(204)
