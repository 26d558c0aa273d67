"""Words of the audit: entries of the ledger, and its verification."""

from ops.description.words.everywhere import USER_ID
from ops.description.words.people import DOCTOR_ID, PATIENT_ID
from ops.description.words.word import Words

_DAY = "2026-11-29"
_CALL = "6d1f0b2a9c8e47f5a3b1c0d9e8f7a6b5"
_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_WHOSE = "The id of a patient of the directory or the registry, or the number of a subscriber."

AUDIT: Words = {
    "AuditQuery.patient": (f"Only entries about this patient. {_WHOSE}", PATIENT_ID),
    "DisclosureQuery.patient": (f"Whose disclosures. {_WHOSE}", PATIENT_ID),
    "AuditQuery.user": ("Only calls of this user, by `user_id`.", USER_ID),
    "AuditQuery.operation": ("Only calls of this operation, as entries name it.", "get_patient_record"),
    "from": ("Only entries of this day or later, in UTC.", "2026-11-01"),
    "to": ("Only entries of this day or earlier, in UTC.", "2026-11-30"),
    "VerifyQuery.cursor": (
        "`nextCursor` of the answer before; without it, verifying begins anew.",
        "WzQsInZpc2l0cyJd.kZ3v9Qx1mB7tR5sL",
    ),
    "AuditEntry.call": ("Identifies the call; made by the API, unlike `request_id`.", _CALL),
    "AuditEntry.user": ("Who called: the `user_id`, or the `client_id` of a machine.", USER_ID),
    "AuditEntry.person": ("The doctor, patient or institution that the user is; empty for others.", DOCTOR_ID),
    "AuditEntry.operation": ("What was called: the name of an operation of this description.", "get_patient_record"),
    "AuditEntry.access": "Whether the operation only reads.",
    "AuditEntry.path": ("What the path of the call named, by the names of its parameters.", {"id": PATIENT_ID}),
    "subjects": ("Whose data it was, each with the kind of its id; up to 100 of them.", [f"patient:{PATIENT_ID}"]),
    "subject_count": ("How many there were in all.", 1),
    "AuditEntry.reason": ("Why: as the caller gave it for breaking the glass or a step of a validation.", ""),
    "AuditEntry.outcome": ("The status of the answer; null if the call was killed before it could answer.", 200),
    "AuditEntry.day": ("The day in UTC on which it was appended.", _DAY),
    "AuditEntry.number": ("Its place among the entries of the day, from 1.", 7),
    "previous": ("The hash of the entry before it.", _HASH),
    "hash": ("SHA-256 of the entry and of the hash before it, in hexadecimal.", _HASH),
    "amends": ("The place of an entry of the same call that has no outcome; null for others.", None),
    "AuditFault.store": "Where it is: in the table or in the files.",
    "AuditFault.kind": "What is wrong there.",
    "AuditFault.day": ("The day of the first such entry.", _DAY),
    "AuditFault.number": ("The number of that entry.", 7),
    "Verification.day": ("The day that this part is of; null if no days are left.", _DAY),
    "Verification.entries": ("How many entries were verified.", 120),
    "faults": "The first fault of each kind; empty if table and files are as they were written.",
}
