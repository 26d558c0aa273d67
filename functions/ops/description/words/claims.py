"""Words of claims, their payment and the totals of providers."""

from ops.description.words.word import Words

CLAIM_ID = "0c47b80a4f3d4c0d9f0a6f2f6f1f2a11"
_WHY_REVIEW = "Why a person has to decide about the payment; null unless the claim is in payment_review."
_STATUS = "Where the claim is on its way to payment; docs/payments.md has all transitions."

CLAIMS: Words = {
    "Claim.id": ("Identifies the claim; made by the API when it is stored.", CLAIM_ID),
    "claimId": ("The `id` of the claim that is paid.", CLAIM_ID),
    "service_date": ("The day of the service: ISO 8601.", "2018-03-28"),
    "submitted_procedure": ("The CDT code of the procedure, in upper case.", "D0180"),
    "SubmittedClaim.submitted_procedure": (None, "D0180"),
    "quadrant": ("UR, UL, LR, LL or the code of an area of the oral cavity; null if none was given.", "UR"),
    "plan_group_number": ("The group number of the member's plan, as the payer issued it.", "GRP-1000"),
    "subscriber_number": (
        "The number by which the payer knows the subscriber; ties claims to a patient.",
        "3730189502",
    ),
    "provider_npi": ("The provider's National Provider Identifier (CMS): ten digits.", "1497775530"),
    "provider_fees": ("What the provider charges, in dollars.", 130.0),
    "allowed_fees": ("What the plan allows for the procedure, in dollars.", 65.0),
    "member_coinsurance": ("The share of the costs that the member pays, in dollars.", 16.25),
    "member_copay": ("The fixed amount that the member pays for the visit, in dollars.", 0.0),
    **{
        f"SubmittedClaim.{name}": (
            f"{text}, in dollars with at most two decimals; a text may have `$` and commas.",
            example,
        )
        for name, text, example in (
            ("provider_fees", "What the provider charges", 130.0),
            ("allowed_fees", "What the plan allows for the procedure", 65.0),
            ("member_coinsurance", "The share of the costs that the member pays", 16.25),
            ("member_copay", "The fixed amount that the member pays for the visit", 0),
        )
    },
    "net_fee": (
        "The amount to pay, in dollars: provider fees + member coinsurance + member copay − allowed fees.",
        81.25,
    ),
    "warnings": (
        "What is odd in the claim but no reason to refuse it.",
        [{"pointer": "/provider_npi", "message": "has a check digit that does not fit"}],
    ),
    "Claim.status": (_STATUS, "received"),
    "ClaimPayment.status": (_STATUS, "processed"),
    "ClaimQuery.status": ("Only claims in this state.", "processed"),
    "review_reason": (_WHY_REVIEW, None),
    "source": "Where the claim came from; null for claims stored before sources were kept.",
    "RequestSource.kind": "Always `request`: it came in the body of POST /claims.",
    "FileSource.kind": "Always `file`: it was a row of a file.",
    "FileSource.key": ("The file's key in the bucket.", "claims/march.csv"),
    "FileSource.line": ("The number of the row's first line in the file, from 1.", 2),
    "ClaimResult.status": ("What became of this claim, as a status of HTTP.", 201),
    "ClaimResult.claim": "The stored claim; absent if it was not stored.",
    "ClaimResult.errors": "Why it was not stored; absent if it was.",
    "service_date_from": ("Only claims of services on this day or later: ISO 8601 or US style.", "2025-01-01"),
    "service_date_to": ("Only claims of services on this day or earlier: ISO 8601 or US style.", "2025-03-31"),
    # The numbers of a day
    "ClaimCountsQuery.day": (None, "2026-03-01"),
    "ClaimCounts.day": ("The day that was counted: ISO 8601, in UTC.", "2026-03-01"),
    "ClaimCounts.claims": ("How many claims were received on it.", 24),
    "ClaimCounts.net_fee": ("The sum of their net fees, in dollars.", 1950.0),
    "hours": (None, [1] * 24),
    "StatusCount.status": "The state that these claims are in now.",
    "StatusCount.claims": ("How many of them are in it.", 24),
    "StatusCount.net_fee": ("The sum of the net fees of these, in dollars.", 1950.0),
    # Payment
    "amount": ("The claim's net fee in dollars, which is what is paid.", 81.25),
    "ClaimPayment.steps": "What has happened so far, in the order in which it was stored; empty before a request.",
    "PaymentStep.step": "What happened; docs/payments.md explains each word.",
    "PaymentStep.at": ("When the step was stored: ISO 8601 in UTC.", "2026-11-29T10:15:00.123Z"),
    "PaymentStep.detail": ("More about the step: the processor's reference, a reason or a note.", "attempt 1"),
    "PaymentStep.by": ("The `user_id` of the person who took the step; absent if no person did.", None),
    "decision": "`approve` asks for the payment, `refuse` makes the claim failed.",
    "note": ("Why it was decided so; kept as a step of the payment.", "The provider confirmed the amount by phone."),
    # Totals
    "TopProvidersQuery.limit": ("How many providers to list.", 10),
    "total_net_fee": ("The sum of the net fees of the provider's claims that are not void, in dollars.", 81.25),
    "TopProvider.claims": ("How many claims of the provider are not void.", 1),
}
