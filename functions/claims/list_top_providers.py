"""GET /top-provider-npis: the providers with the highest total net fees."""

from claims import repository
from claims.models import TopProvidersQuery
from claims.money import dollars
from claims.provider_totals import top
from payerworks import json_text
from payerworks.http import http_operation
from payerworks.rate_limit import check_rate
from payerworks.request import Answer, Request
from payerworks.validation import query

CALLS_A_MINUTE = 10


@http_operation(query="claims.models.TopProvidersQuery", answers={200: "claims.models.TopProviders"}, errors=(429,))
def handler(request: Request) -> Answer:
    headers = check_rate(request, CALLS_A_MINUTE, 60)
    limit = query(TopProvidersQuery, request).limit
    totals = top(repository.top_totals(request.tenant, limit), limit)
    shown = [
        {"provider_npi": total.provider_npi, "total_net_fee": dollars(total.net_fee), "claims": total.claims}
        for total in totals
    ]
    return Answer(200, json_text.write(shown), headers)
