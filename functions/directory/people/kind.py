"""What institutions, doctors and patients differ in: one `Kind` each, in their services."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from directory.people.models import NewLogin
from directory.people.person import PersonKind, Profile
from payerworks.errors import Fault, Unprocessable
from payerworks.json_text import ExactNumber


def _no_faults(_: Profile) -> Iterable[Fault]:
    return ()


def _none_absent(_: Profile) -> Sequence[Fault]:
    return ()


def _always(_: Profile) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of person is validated, found and related.

    new         model of the body of a POST
    profile     model of a whole profile; a PUT is checked as the profile that it leads to
    unique      members that no two of the kind may share in a tenant, besides the e-mail; each with its name in words
    relations   members that name another person, with the kind of it: `{"institution_id": "institution"}`
    own         members that persons may change of themselves; the others are the directory staff's
    sort_name   the name by which lists are sorted
    managed     members that no POST or PUT can set, with their first values
    faults      which members a profile lacks beyond its model; asked before the values are checked, so that all faults
                are told at once; of a PUT, together with the profile before
    absent      what a profile names that is not there, among reference data
    is_open     whether others may be assigned to a person with such a profile, unless it is deleted
    counted     members by whose values the people of the kind are counted
    """

    name: PersonKind
    new: type[NewLogin]
    profile: type[BaseModel]
    unique: Mapping[str, str]
    own: frozenset[str]
    sort_name: Callable[[Profile], str]
    relations: Mapping[str, PersonKind] = field(default_factory=dict)
    managed: Mapping[str, Any] = field(default_factory=dict)
    faults: Callable[[Profile], Iterable[Fault]] = _no_faults
    absent: Callable[[Profile], Sequence[Fault]] = _none_absent
    is_open: Callable[[Profile], bool] = _always
    counted: tuple[str, ...] = ()

    def profile_of(self, model: BaseModel, leave: Collection[str] = ()) -> dict[str, Any]:
        """The profile in a valid model, without the members to leave out. Raises Unprocessable."""
        members = model.model_dump(mode="json", exclude_none=True, exclude=set(leave))
        # pydantic writes an exact number as a plain one, which loses its decimals.
        exact = {name: value for name, value in model if name in members and isinstance(value, ExactNumber)}
        profile = members | exact
        if absent := self.absent(profile):
            raise Unprocessable(f"The {self.name} names what is not there.", errors=absent)
        return profile
