"""A few sample claims whose payments end in different ways, by subscriber numbers that the sandbox payer knows."""

from datetime import date, timedelta

from payerworks_cli.run.sample_claims import npi_check_digit

FIRST_DAY = date(2025, 3, 3)
VOIDED = "SANDBOX-REFUSE-VOID"
"""The subscriber whose claim is refused, and then voided by `payerworks run`."""

CLAIMS = (
    ("SUB0000101", "D2740", "1,240.00", "900.00"),  # paid
    ("SUB0000102", "D6010", "$2,450.50", "2,000.00"),
    ("SANDBOX-TWICE", "D3330", "1180.00", "1000.00"),  # paid, and reported twice
    ("SANDBOX-TIMEOUT", "D7240", "540.00", "400.00"),  # paid at the second try
    ("SANDBOX-TIMEOUT-PAID", "D5110", "1900.00", "1500.00"),  # paid at the first try, whose answer was lost
    ("SANDBOX-REFUSE", "D4341", "260.00", "210.00"),  # refused
    (VOIDED, "D2950", "310.00", "220.00"),
    ("SANDBOX-REFUSE-PAID", "D3310", "880.00", "690.00"),  # refused and then paid: reversed
    ("SUB0000103", "D0120", "60.00", "60.00"),  # a net fee of 0: nothing to pay
    ("SUB0000104", "D1110", "90.00", "120.00"),  # a negative net fee: to be reviewed
)
"""Subscriber number, procedure, provider's and allowed fees."""


def sample_sandbox_claims(seed: int) -> list[dict[str, str]]:
    """The claims, all of one provider, as POST /claims takes them; the same for a seed."""
    first_nine = f"19{seed % 10**7:07}"
    npi = f"{first_nine}{npi_check_digit(first_nine)}"
    return [
        {
            "service_date": (FIRST_DAY + timedelta(days=number)).isoformat(),
            "submitted_procedure": procedure,
            "plan_group_number": f"GRP-{seed % 10**5:05}",
            "subscriber_number": subscriber,
            "provider_npi": npi,
            "provider_fees": fee,
            "allowed_fees": allowed,
            "member_coinsurance": "0",
            "member_copay": "0",
        }
        for number, (subscriber, procedure, fee, allowed) in enumerate(CLAIMS)
    ]
