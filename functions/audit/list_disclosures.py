"""GET /admin/audit/disclosures: the accounting of disclosures of a patient (45 CFR 164.528) as CSV, the latest first.

Of the directory's patient with this id, with what was disclosed of the same person's MRN and subscriber number; or else
of whoever has this id in the registry or as a subscriber number.
"""

import csv
import datetime
import io
import itertools
from collections.abc import Iterator, Sequence

from audit.entries.disclosures import YEARS, is_disclosure, purpose_of, what_of
from audit.entries.models import DisclosureQuery
from audit.entries.recipients import Recipients
from audit.storage.search import Entry, EntryFilter, find_entries
from directory.people.repository import get_person
from intake.files.rejects import guarded
from intake.registry.registry_items import patient_id_of
from payerworks.errors import BadInput, Fault
from payerworks.http import Answer, Request, http_operation
from payerworks.validation import query

HEADER = ("date", "recipient", "address", "what", "purpose", "call")
MOST_READ = 20_000
"""Entries of a patient that one call reads."""


@http_operation(
    query="audit.entries.models.DisclosureQuery",
    answers={200: "text/csv"},
    answer_headers={200: ("Content-Disposition",)},
    audit="ledger",
)
def handler(request: Request) -> Answer:
    params = query(DisclosureQuery, request)
    today = datetime.datetime.now(datetime.UTC).date()
    first, last = params.first or _years_before(today), params.last or today
    request.trail.concern("patient", params.patient)
    ids = _ids(request.tenant, params.patient)
    filters = [EntryFilter(subject_id=each, first_day=first, last_day=last) for each in ids]
    read = list(
        itertools.islice(itertools.chain(*(find_entries(request.tenant, each) for each in filters)), MOST_READ + 1)
    )
    if len(read) > MOST_READ:
        fault = Fault("/from", "must be later: the period has too many entries for one answer")
        raise BadInput("The period is too long.", errors=[fault])
    entries = {entry.place: entry for entry in read if is_disclosure(entry.members)}
    text = _csv(request.tenant, [entries[place] for place in sorted(entries, reverse=True)])
    headers = {"Content-Disposition": 'attachment; filename="disclosures.csv"'}
    return Answer(200, text, headers, "text/csv; charset=utf-8")


def _years_before(day: datetime.date) -> datetime.date:
    try:
        return day.replace(year=day.year - YEARS)
    except ValueError:  # 29 February
        return day.replace(year=day.year - YEARS, day=28)


def _ids(tenant: str, patient_id: str) -> Iterator[str]:
    """The ids under which entries may name a patient."""
    yield patient_id
    patient = get_person(tenant, "patient", patient_id)
    if patient and (mrn := patient.profile.get("mrn")):
        yield patient_id_of(tenant, mrn)
    if patient and (number := patient.profile.get("subscriber_number")):
        yield number


def _csv(tenant: str, entries: Sequence[Entry]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    recipients = Recipients(tenant)
    for entry in entries:
        members = entry.members
        name, address = recipients.of(members)
        row = (members["at"], name, address, what_of(members), purpose_of(members), members["call"])
        writer.writerow(map(guarded, row))
    return text.getvalue()
