"""A list of claims as it is sent: how many it may have, all or none of them, or a result for each."""

from collections.abc import Sequence

from claims.claim.valid_claim import ValidClaim, check_claim
from payerworks.errors import BadInput, Fault
from payerworks.json_text import Json
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
