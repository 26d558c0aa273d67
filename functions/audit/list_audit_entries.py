"""GET /admin/audit: who read and wrote patient data, the latest first."""

from audit.entries.models import AuditQuery
from audit.storage.search import Entry, EntryFilter, list_entries
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation
from payerworks.paging import list_answer, next_cursor, position
from payerworks.validation import query


@http_operation(
    query="audit.entries.models.AuditQuery", answers={200: "audit.entries.models.AuditEntryList"}, audit="ledger"
)
def handler(request: Request) -> Answer:
    params = query(AuditQuery, request)
    after = position(request, params.cursor)
    entry_filter = EntryFilter(
        params.patient or "", params.user or "", params.operation or "", params.first, params.last
    )
    request.trail.concern("patient", *filter(None, [params.patient]))
    page = list_entries(request.tenant, entry_filter, after, params.limit)
    cursor = None if page.after is None else next_cursor(request, page.after)
    return list_answer(request, [_text(entry) for entry in page.entries], cursor)


def _text(entry: Entry) -> str:
    return json_text.write({**entry.members, "hash": entry.hash})
