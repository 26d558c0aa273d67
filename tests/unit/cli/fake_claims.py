"""The stand-in's claims: stored from messy rows, paid as the sandbox payer does, listed, made void."""

from collections import defaultdict
from typing import Any

from payerworks_cli.run.claim_rows import field_of
from payerworks_cli.run.sample_claims import npi_check_digit

FEES = {"providerfees": 1, "membercoinsurance": 1, "membercopay": 1, "allowedfees": -1}
AT = "2026-11-21T10:15:00.123+00:00"

Claim = dict[str, Any]


class FakeClaims:
    """All claims, by id. Those that are to be paid are, once somebody has asked for one that is not."""

    def __init__(self) -> None:
        self.stored: dict[str, Claim] = {}
        self.files: set[bytes] = set()
        self.payer = True

    def store(self, cells: dict[str, str]) -> Claim:
        fields = {field_of(name): value for name, value in cells.items()}
        net = sum(sign * float(fields[name].strip(" $").replace(",", "")) for name, sign in FEES.items())
        npi = fields["providernpi"]
        claim = {
            "id": f"claim-{len(self.stored)}",
            "service_date": "2025-03-03",
            "submitted_procedure": fields["submittedprocedure"],
            "quadrant": None,
            "subscriber_number": fields["subscriber"],
            "provider_npi": npi,
            "net_fee": round(net, 2),
            "warnings": [],
            "status": "received" if net > 0 else "payment_review" if net < 0 else "processed",
        }
        if npi[9] != str(npi_check_digit(npi[:9])):
            claim["warnings"] = [{"pointer": "/provider_npi", "message": "has a check digit that does not fit"}]
        self.stored[claim["id"]] = claim
        return claim

    def take_file(self, content: bytes, rows: list[dict[str, str]]) -> dict[str, int]:
        """The counts of a job; the same content again adds nothing."""
        if content in self.files:
            return {"rows_read": len(rows), "claims_created": 0, "duplicates": len(rows)}
        self.files.add(content)
        return {"rows_read": len(rows), "claims_created": len([self.store(row) for row in rows])}

    def page(self, query: dict[str, str]) -> dict[str, Any]:
        """A page of those that fit; the cursor is the number of the next."""
        limit, start = int(query.pop("limit", 20)), int(query.pop("cursor", 0))
        found = [claim for claim in self.stored.values() if all(claim.get(name) == query[name] for name in query)]
        end = start + limit
        page = {
            "items": [dict(claim) for claim in found[start:end]],
            "nextCursor": str(end) if end < len(found) else None,
        }
        if query.get("status") == "received" and self.payer:
            self.pay()
        return page

    def pay(self) -> None:
        for claim in self.stored.values():
            if claim["status"] == "received":
                claim["status"] = "failed" if "REFUSE" in claim["subscriber_number"] else "processed"

    def payment(self, claim: Claim) -> dict[str, Any]:
        steps = ["requested", "paid", "settled"] if claim["status"] == "processed" else []
        told = [{"step": step, "at": AT, "detail": f"{step} it was"} for step in steps]
        return {"claimId": claim["id"], "status": claim["status"], "amount": claim["net_fee"], "steps": told}

    def top(self, limit: int) -> list[dict[str, Any]]:
        totals: dict[str, list[float]] = defaultdict(list)
        for claim in self.stored.values():
            if claim["status"] != "void":
                totals[claim["provider_npi"]].append(claim["net_fee"])
        found = [
            {"provider_npi": npi, "total_net_fee": round(sum(fees), 2), "claims": len(fees)}
            for npi, fees in totals.items()
        ]
        return sorted(found, key=lambda total: -total["total_net_fee"])[:limit]
