"""To whom data was disclosed, as an accounting of disclosures names them (45 CFR 164.528(b)(2)(ii))."""

from collections.abc import Mapping

from auth.clients.repository import get_client
from directory.people.repository import get_person
from payerworks.json_text import Json


class Recipients:
    """The names and addresses of the callers of a tenant, each read once."""

    def __init__(self, tenant: str) -> None:
        self._tenant = tenant
        self._known: dict[str, tuple[str, str]] = {}

    def of(self, entry: Mapping[str, Json]) -> tuple[str, str]:
        """Name and e-mail of the caller of an entry; the id for a name, and no address, where nothing else is known."""
        user = str(entry["user"])
        if user not in self._known:
            self._known[user] = self._machine(user) if entry["user_type"] == "service" else self._doctor(entry)
        return self._known[user]

    def _machine(self, client_id: str) -> tuple[str, str]:
        client = get_client(self._tenant, client_id)
        return (f"{client.name} (machine {client_id})" if client else f"machine {client_id}"), ""

    def _doctor(self, entry: Mapping[str, Json]) -> tuple[str, str]:
        doctor = get_person(self._tenant, "doctor", str(entry["person"] or entry["user"]))
        if doctor is None:
            return f"doctor {entry['user']}", ""
        profile = doctor.profile
        return f"{profile['first_name']} {profile['last_name']} (doctor)", str(profile["contact_email"])
