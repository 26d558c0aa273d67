"""A list of claims as it is sent: how many it may have, all or none of them, or a result for each."""

from collections.abc import Sequence

from claims import repository
from claims.received_claim import received_claims
from claims.valid_claim import ValidClaim, check_claim
from payerworks import json_text
from payerworks.errors import BadInput, Fault, Unavailable
from payerworks.json_text import Json, pointer
from payerworks.parts import parts
from payerworks.request import Request
from payerworks.transactions import MOST_ITEMS
from payerworks.validation import refuse


def entries(value: Json, most: int) -> list[Json]:
    """The claims in a body, one alone as a list of one. Raises BadInput for none, or more than `most`."""
    if not isinstance(value, list):
        return [value]
    if not 1 <= len(value) <= most:
        raise BadInput("The list is not valid.", errors=[Fault("", f"must have 1 to {most} claims")])
    return value


def check_list(values: Sequence[Json], *, listed: bool) -> list[ValidClaim]:
    """The claims, all of them valid; their places in the input are indexes where they are `listed`.

    Raises BadInput with every fault of all of them.
    """
    checked = [check_claim(value, *([number] if listed else [])) for number, value in enumerate(values)]
    refuse([fault for faults in checked if isinstance(faults, list) for fault in faults], "The claims are not valid.")
    return [claim for claim in checked if isinstance(claim, ValidClaim)]


def result_texts(request: Request, seed: str, values: Sequence[Json]) -> list[str]:
    """Store those that are valid, and say of each what became of it (JSON texts, in their order)."""
    checked = [check_claim(value, number) for number, value in enumerate(values)]
    valid = {number: claim for number, claim in enumerate(checked) if isinstance(claim, ValidClaim)}
    texts = {number: _refused(400, faults) for number, faults in enumerate(checked) if isinstance(faults, list)}
    for part in map(dict, parts(list(valid.items()), MOST_ITEMS)):
        claims = received_claims(request.tenant, request.id, seed, part)
        try:
            repository.store(claims)
        except Unavailable:
            # Others of the list may be stored: an error for all of it would have the client send those again.
            texts |= {number: _refused(503, [Fault(pointer(number), "was not stored, try again")]) for number in part}
        else:
            stored = zip(part, claims, strict=True)
            texts |= {number: f'{{"status":201,"claim":{claim.text}}}' for number, claim in stored}
    return [texts[number] for number in range(len(values))]


def _refused(status: int, faults: Sequence[Fault]) -> str:
    return json_text.write({"status": status, "errors": [fault._asdict() for fault in faults]})
