"""Words that mean the same in every service."""

from ops.description.words.word import Words

MOMENT = "2026-11-29T10:15:00.123+00:00"
REQUEST_ID = "3e1c7f0a-0d6b-4c1e-9d6a-2f6f3f6c9a11"
USER_ID = "2b9d4f6a8c0e4135b7d9f1a3c5e70819"

EVERYWHERE: Words = {
    "limit": (None, 20),
    "cursor": (None, "WzQsInZpc2l0cyJd.kZ3v9Qx1mB7tR5sL"),
    "items": "What this page of the list has, in the order of the list.",
    "nextCursor": (
        "Send it as `cursor` to get the next page; null on the last one.",
        "WzQsInZpc2l0cyJd.kZ3v9Qx1mB7tR5sL",
    ),
    **{
        f"{each}.nextCursor": ("Always null: the list has one page.", None)
        for each in ("PasskeyList", "QueueList", "SessionList", "SpecialtyList")
    },
    "requestId": ("The `X-Request-Id` of the call, which finds its log lines.", REQUEST_ID),
    "request_id": ("The `X-Request-Id` of the call that sent it.", REQUEST_ID),
    "at": ("When it happened: ISO 8601 in UTC.", MOMENT),
    "by": ("The `user_id` of the user who did it.", USER_ID),
    "created_at": ("When it was first stored: ISO 8601 in UTC.", MOMENT),
    "updated_at": ("When it last changed: ISO 8601 in UTC.", MOMENT),
    "deleted_at": ("When it was deleted: ISO 8601 in UTC; absent unless it is.", MOMENT),
    "version": ("Counts its changes, from 1; a later state has a greater number.", 3),
    "count": ("How many there are, also beyond those that are listed.", 2),
    # Problems (RFC 9457)
    "pointer": ("The faulty place as a JSON pointer (RFC 6901); empty for the whole.", "/provider_npi"),
    "message": ("What is wrong there.", "must have 10 digits"),
    "Problem.type": ("The kind of problem, to be compared by programs.", "urn:payerworks:problem:bad-input"),
    "Problem.title": ("The kind of problem in words, the same for every occurrence.", "Bad input"),
    "Problem.status": ("The status of the answer.", 400),
    "Problem.detail": ("What went wrong this time, for people to read.", "The claim is not valid."),
    "Problem.errors": "Every fault of the input, up to 1,000; absent where no place in the input is at fault.",
    "break_glass": "True if a doctor may read the patient by giving a reason (`X-Break-Glass`); absent otherwise.",
    "mfa_required": "True if the password was right and `otp` is needed too; absent otherwise.",
    # The description itself
    "openapi": ("The version of the OpenAPI specification that the document follows.", "3.1.0"),
}
