"""Post claims and read totals."""

import json
from typing import Any

from claims import create_claims, list_top_providers
from tests.unit.conftest import Call, api_event

CLAIM: dict[str, Any] = json.loads(api_event("claims/create_claims")["body"])
NPIS = ("1497775530", "1234567893", "1245319599")


def post(call: Call, *claims: tuple[str, Any], **changes: Any) -> list[str]:
    """Store claims given as NPI and provider fee, with all other amounts zero; returns their ids."""
    zero = {"allowed_fees": 0, "member_coinsurance": 0, "member_copay": 0}
    body = [CLAIM | zero | {"provider_npi": npi, "provider_fees": fee} for npi, fee in claims]
    answer = call(create_claims.handler, "claims/create_claims", body=body, **changes)
    assert answer["statusCode"] == 201
    return [claim["id"] for claim in answer["json"]]


def totals(call: Call, **changes: Any) -> list[tuple[str, str, int]]:
    """The answer of GET /top-provider-npis, with the amounts as text, exactly as the JSON has them."""
    answer = call(list_top_providers.handler, "claims/list_top_providers", **changes)
    assert answer["statusCode"] == 200
    amounts = [part.split(",")[0] for part in answer["body"].split('"total_net_fee":')[1:]]
    return [(entry["provider_npi"], text, entry["claims"]) for entry, text in zip(answer["json"], amounts, strict=True)]
