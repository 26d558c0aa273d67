"""`payerworks doctors specialties`: the specialties that doctors can have."""

from pydantic import BaseModel

from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target

PATH = "/api/v1/specialties"


class SpecialtyEntry(BaseModel):
    """An entry of GET /api/v1/specialties; `code` is of the Health Care Provider Taxonomy (NUCC)."""

    id: str
    name: str
    code: str


def specialties(*, target: Target, as_json: AsJson = False) -> None:
    """List the specialties, by name, with their codes of the Health Care Provider Taxonomy.

    Example: payerworks doctors specialties
    """
    with session(target, as_json=as_json) as (terminal, api):
        found = list(api.items(PATH, SpecialtyEntry))
        terminal.json({"items": [each.model_dump() for each in found]})
        rows = [(each.id, each.name, each.code) for each in found]
        terminal.table(("specialty", "name", "code"), rows, texts=("name",))
