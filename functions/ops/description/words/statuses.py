"""When an operation answers with a status: in general, and for single operations (`operation.status`)."""

from collections.abc import Collection, Mapping

_BY_HEADERS: Mapping[int, Mapping[str, str]] = {
    204: {"Prefer": "Done, without a body, because `Prefer: return=minimal` asks for none."},
    409: {"Idempotency-Key": "The first call with the same Idempotency-Key is still running."},
    422: {"Idempotency-Key": "The Idempotency-Key was used for another request."},
}
"""What comes by a header of the request."""
_WITHOUT_BODY: Mapping[int, str] = {
    413: "A body was sent for which the operation has no use, and it is too large.",
    415: "A body was sent for which the operation has no use, and its charset is not UTF-8.",
}
"""What comes where the operation has no body."""
_TAKEN = "Another person of the tenant has this e-mail, license or MRN, or had it and was deleted."
_CLOSED = "The doctor, institution or specialty that is named is not there or not active."
_OTHERS_SESSION = "The session was not begun here, but by another issuer; end it there."
_ONLY_FACTOR = "It is the last second factor of a user whose type needs one"
_NO_DOCTOR = "The caller is no doctor"
_UNSETTLED = "a payment of the claim is under way or is being reversed"
_NOT_SEEN = "There is none with this id that the caller sees."
_NO_ACCOUNT = "The caller has no account here; another issuer or a machine's secret let it in."

STATUSES: Mapping[int, str] = {
    200: "Done.",
    201: "Created.",
    202: "Begun; it goes on in the background.",
    204: "Done; there is no body.",
    304: "The version that If-None-Match names is still the current one; there is no body.",
    400: "The request breaks a rule or needs what the deployment lacks; `errors` has every fault with its place.",
    401: "There is no access token, or it has expired or is not valid.",
    403: "The token is valid but does not give the right to this.",
    404: _NOT_SEEN,
    405: "The path exists, but not with this method; `Allow` lists those that it has.",
    412: "If-Match does not name the current version, or If-None-Match names it; `ETag` has the current one.",
    413: "The body is larger than 4 MB.",
    415: "The Content-Type is missing or not one of those that `Accept` lists, or the charset is not UTF-8.",
    428: "The stack makes If-Match mandatory, and the request has none.",
    429: "There were too many calls; wait as long as Retry-After says.",
    500: "Something went wrong on our side; tell the operator the `requestId`.",
    503: "A server that the call needs does not answer; wait as long as Retry-After says, then repeat it.",
    504: "The call took too long and was given up; what it had begun may be done all the same.",
}

OF_OPERATIONS: Mapping[str, str] = {
    # Successes that are not like others
    "create_claims.201": "All claims are stored.",
    "create_claims.207": "With `partial=true`: each claim has a result of its own.",
    "delete_plan.200": "The plan is deleted.",
    "get_health.503": "A part is down; the body says which.",
    "ingest_records.202": "The records are taken; a job loads them.",
    "invite_user.202": "The user gets the link by mail; there is no body.",
    "list_ingest_duplicates.200": "The rows that were stored already, as CSV.",
    "list_ingest_duplicates.303": "Too many rows for an answer; `Location` has them as a file, for five minutes.",
    "list_ingest_rejects.200": "The rejected rows, as CSV.",
    "list_ingest_rejects.303": "Too many rows for an answer; `Location` has them as a file, for five minutes.",
    "replace_plan.200": "The plan is replaced.",
    "replace_plan.201": "The plan was not there and is created, by `If-None-Match: *`.",
    "get_plan_schema.200": "The JSON Schema.",
    # Not proven to be who they say
    "log_in.401": "E-mail or password is wrong, or `otp` is missing (then `mfa_required` is true) or wrong.",
    "log_in.403": "The user is disabled.",
    "log_in_with_passkey.401": "The passkey is not known, or its proof or its challenge is not valid.",
    "log_in_with_passkey.403": "The user is disabled.",
    "refresh_session.401": "The refresh token has expired, is not valid or was used before.",
    "issue_client_token.401": "The machine's id or secret is wrong.",
    "search_plans.504": "The search took too long; narrow it down.",
    # Not there
    **dict.fromkeys(("get_own_dashboard.404", "get_own_profile.404", "update_own_profile.404"), f"{_NO_DOCTOR}."),
    "get_own_institution.404": f"{_NO_DOCTOR}, or has no institution.",
    "list_own_patients.404": f"{_NO_DOCTOR}.",
    "get_drift_check.404": "There was no check of this index yet.",
    "get_reindex.404": "There was no reindex of this index yet.",
    "find_indexed_objects.404": "The index has no object with this id.",
    **dict.fromkeys(
        ("begin_passkey_registration.404", "add_passkey.404", "enrol_mfa.404", "confirm_mfa.404", "remove_mfa.404"),
        _NO_ACCOUNT,
    ),
    # In conflict with what is stored
    **dict.fromkeys(
        (
            *(f"{verb}_{noun}.409" for verb in ("create", "update") for noun in ("institution", "doctor", "patient")),
            *(f"update_{noun}_contacts.409" for noun in ("institution", "doctor", "patient")),
            "update_own_profile.409",
        ),
        _TAKEN,
    ),
    **dict.fromkeys(("restore_institution.409", "restore_doctor.409", "restore_patient.409"), "It is not deleted."),
    "validate_patient.409": "The status is not the one after the patient's present status.",
    "create_appointment.409": "The doctor has another appointment at this time.",
    "update_appointment.409": "The doctor has another appointment at this time, or the status allows no such change.",
    "create_user.409": "A user with this e-mail exists.",
    "update_user.409": "Administrators cannot disable themselves or give up their own rights.",
    "invite_user.409": "The account is not active.",
    **dict.fromkeys(("log_out.409", "log_out_everywhere.409", "end_session.409"), _OTHERS_SESSION),
    "enrol_mfa.409": "There is a second factor already.",
    "confirm_mfa.409": "There is no second factor to confirm.",
    "remove_mfa.409": f"There is no second factor. Or: {_ONLY_FACTOR}.",
    "remove_passkey.409": f"{_ONLY_FACTOR}.",
    "reset_user_mfa.409": "Administrators cannot reset their own second factor.",
    "add_passkey.409": "The passkey is registered already, or the user has as many passkeys as a user may have.",
    "rotate_client.409": "Another call has rotated or deleted the machine meanwhile.",
    "create_plan.409": "A plan with this `objectId` exists; `ETag` has its version.",
    "patch_plan.409": "A `test` of the JSON Patch failed.",
    "void_claim.409": f"The claim was paid, or {_UNSETTLED}.",
    "request_claim_payment.409": f"The claim's state or net fee allows no payment, or {_UNSETTLED}.",
    "decide_claim_payment.409": f"The claim is not in review, or {_UNSETTLED}.",
    "start_drift_check.409": "A check of this index is running.",
    "start_reindex.409": "A reindex of this index is running.",
    "redrive_queue.409": "The dead messages record failed calls, which cannot be sent again.",
    # Names what is not there
    **dict.fromkeys(
        (
            *(f"{verb}_{noun}.422" for verb in ("create", "update") for noun in ("institution", "doctor", "patient")),
            "update_own_profile.422",
        ),
        _CLOSED,
    ),
    "create_appointment.422": "There is no such doctor or patient, or the patient is not one of the doctor's.",
}


def has_own_sentence(operation: str, status: int) -> bool:
    """Whether a status of an operation is explained for this operation alone."""
    return f"{operation}.{status}" in OF_OPERATIONS


def sentence(operation: str, status: int, headers: Collection[str], *, has_body: bool = True) -> str:
    """When an operation, which takes these request headers, answers so. Raises LookupError if nothing says it."""
    own = OF_OPERATIONS.get(f"{operation}.{status}") or (None if has_body else _WITHOUT_BODY.get(status))
    by_header = next((text for header, text in _BY_HEADERS.get(status, {}).items() if header in headers), None)
    if own and by_header:
        return f"{own} Or: {by_header[0].lower()}{by_header[1:]}"
    text = own or by_header or STATUSES.get(status)
    if text is None:
        raise LookupError(f"words/statuses.py does not say when {operation} answers {status}")
    return text
