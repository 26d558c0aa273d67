"""GET /api/v1/institutions/counts: how many institutions there are by type and region."""

from directory.people.repository import read_counts
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={200: "institutions.institution.models.InstitutionCounts"})
def handler(request: Request) -> Answer:
    counts = read_counts(request.tenant, "institution")
    items = [{"institution_type": kind, "region": region, "count": people} for (kind, region), people in counts]
    return Answer(200, json_text.write({"total": sum(people for _, people in counts), "items": items}))
