"""GET /admin/audit/verify: check a part of the ledger for changed, missing and swapped entries, in table and files.

Each answer is about some thousand entries; `nextCursor` leads on, through all days.
"""

from audit.entries.models import VerifyQuery
from audit.storage.verification import Progress, begin, check, days_of
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation
from payerworks.paging import next_cursor, position
from payerworks.validation import query


@http_operation(
    query="audit.entries.models.VerifyQuery", answers={200: "audit.entries.models.Verification"}, audit="ledger"
)
def handler(request: Request) -> Answer:
    params = query(VerifyQuery, request)
    reached = position(request, params.cursor)
    first, last = (day.isoformat() if day else "" for day in (params.first, params.last))
    days = days_of(request.tenant, reached[0] if reached else first, last)
    if not days:
        return _answer(request, None, 0, [], None)
    progress = Progress(*reached) if reached and reached[1] else begin(request.tenant, days[0])
    checked = check(request.tenant, progress)
    following = checked.next or next((Progress(day, 0, "", "", "") for day in days if day > progress.day), None)
    faults = [fault._asdict() for fault in checked.faults]
    return _answer(request, progress.day, checked.entries, faults, following)


def _answer(
    request: Request, day: str | None, entries: int, faults: list[dict[str, object]], following: Progress | None
) -> Answer:
    cursor = next_cursor(request, list(following)) if following else None
    return Answer(200, json_text.write({"day": day, "entries": entries, "faults": faults, "nextCursor": cursor}))
