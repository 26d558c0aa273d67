"""Which entries are disclosures that a patient has a right to know of: 45 CFR 164.528, for six years back.

What the accounting leaves out, by 164.528(a)(1), and how an entry shows it:

    to the individual itself (ii)               the caller is the patient
    for treatment (i), 164.506                  a doctor or an institution who treats the patient: others see nobody
    for payment and operations (i), 164.506     staff and administrators; and within the payer nothing is disclosed
                                                (160.103: a disclosure leaves the entity that holds the information)
    what was refused, or not asked for          no success, and writes, whose sender had the data already

What remains: a doctor who does not treat the patient and broke the glass, and machines, which take data to other
systems for purposes that nothing here shows. Whoever knows that a machine works for treatment, payment or operations
may leave its rows out; the accounting names more rather than less.
"""

from collections.abc import Mapping

from payerworks.json_text import Json

YEARS = 6
UNKNOWN_PURPOSE = "not stated"


def is_disclosure(entry: Mapping[str, Json]) -> bool:
    """Whether an entry is in the accounting of disclosures of each of its subjects."""
    if entry["access"] != "read" or not _succeeded(entry["outcome"]):
        return False
    return entry["user_type"] == "service" or (entry["user_type"] == "doctor" and bool(entry["reason"]))


def _succeeded(outcome: int | None) -> bool:
    """Whether data was given, or may have been; 304 gives nothing that its caller does not have."""
    return outcome is None or (200 <= outcome < 400 and outcome != 304)


def what_of(entry: Mapping[str, Json]) -> str:
    """What was disclosed, in words: the name of the operation without its verb, and what the path adds."""
    words = " ".join(str(entry["operation"]).split("_")[1:])
    kind = entry["path"].get("kind")
    return f"{words}: {kind}" if kind else words


def purpose_of(entry: Mapping[str, Json]) -> str:
    return str(entry["reason"]) or UNKNOWN_PURPOSE
