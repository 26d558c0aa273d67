"""Queue of claim changes: bring each changed claim into its provider's total, exactly once a change.

The changes of a batch that concern one provider are one transaction, so that they do not stand in each other's way.
"""

import random
import time
from collections.abc import Sequence
from typing import Any

from claims import repository
from payerworks.errors import Unavailable
from payerworks.messages import sqs_group_handler

TRIES = 8


def _provider(message: dict[str, Any]) -> tuple[str, str]:
    return message["tenant"], message["providerNpi"]


def _count(messages: Sequence[dict[str, Any]]) -> None:
    tenant, provider_npi = _provider(messages[0])
    claim_ids = list(dict.fromkeys(message["claimId"] for message in messages))
    for start in range(0, len(claim_ids), repository.MAX_TRANSACTION_CLAIMS):
        _count_claims(tenant, provider_npi, claim_ids[start : start + repository.MAX_TRANSACTION_CLAIMS])


def _count_claims(tenant: str, provider_npi: str, claim_ids: list[str]) -> None:
    for attempt in range(TRIES):
        claims = [claim for claim in repository.read_countable(tenant, claim_ids) if claim.due != claim.counted]
        if not claims:
            return
        try:
            repository.count(tenant, provider_npi, claims)
        except repository.Raced:
            time.sleep(random.uniform(0, 0.02 * 2**attempt))
        else:
            return
    raise Unavailable("The claims are being changed by others all the time.")


handler = sqs_group_handler(_provider, _count)
