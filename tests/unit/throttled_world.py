"""A small world: a few of everything that is stored, seeded by the functions that store it."""

import datetime
from dataclasses import dataclass, replace
from typing import Any

from appointments.appointment.appointment import Appointment
from appointments.storage.repository import add_appointment
from audit.entries.message import CallMessage, call_message
from audit.storage import ledger
from auth.clients.client import Client, ClientSecret
from auth.clients.repository import add_client
from auth.limits.attempts import Rule, begin_attempt
from auth.links.link_repository import add_link
from auth.passkeys.challenges import use_part
from auth.passkeys.passkey_repository import Passkey, add_passkey
from auth.sessions.session import Session
from auth.sessions.session_repository import UserUpdate, begin_session
from auth.tokens.key_list import TokenKey
from auth.users import repository as users
from auth.users.rights import UserType
from claims.claim.new_claim import new_claims
from claims.claim.stored_claim import StoredClaim
from claims.claim.valid_claim import check_all
from claims.payments import payment_repository
from claims.payments.payment import Payment, SagaStep
from claims.payments.payment_processor import PaymentOrder
from claims.payments.sandbox_processor import SandboxProcessor
from claims.storage import repository as claims
from claims.totals import totals_repository
from claims.totals.accrual import accrue
from claims.totals.totals_repository import HeldTotal
from directory.people import repository as people
from directory.people.person import Person as DirectoryPerson
from directory.people.person import PersonKind
from directory.people.relations import Sight
from doctors.doctor.kind import DOCTOR as DOCTOR_KIND
from institutions.institution.kind import INSTITUTION
from intake.jobs import job_order, job_repository
from intake.jobs.jobs import Counts, File, FileJob, SplitResult
from intake.registry import repository as registry
from intake.registry.registry_items import patient_id_of
from intake.registry.registry_rules import GivenPerson, Person, StoredPatient, StoredVisit, Visit
from patients.entries import repository as entries
from patients.entries.entry import Entry
from patients.patient.kind import PATIENT
from payerworks.aws import client
from payerworks.http import Answer, Request
from payerworks.idempotency import idempotent
from payerworks.settings import settings
from plans.plan.stored_plan import Change, StoredPlan, creation, replacement
from plans.storage import generations
from plans.storage import repository as plans
from plans.storage.items import Author
from search.jobs import repository as searches
from search.jobs.index_job import IndexJob
from tests.unit.claims.totals import CLAIM, NPIS
from tests.unit.conftest import api_event
from tests.unit.plans.plans import PLAN, changed, large_plan

ACME = "acme"
AUTHOR = Author("ada", "request")
PLAN_ID: str = PLAN["objectId"]
USER = users.User(ACME, "user-1", "ada@example.com", "admin", "a hash")
SESSION_KEY = (ACME, "user-1", "s-1")
LINK_TOKEN = "t" * 43
RULE = Rule("test", free=2, longest_pause=0, forgotten=3600)
USE_OF_CODE = UserUpdate("otp_step = :step", "", "attribute_not_exists(otp_step)", {":step": {"N": "1"}})
CLIENT_ID = "acme.0192f5c8a1b20123456789abcdef0123"
TOKEN_KEY = TokenKey("key", "kid", "x", "y", 0)
PROVIDER = (ACME, NPIS[0])
FILE = File("patients/visits.csv", "1")
SPLIT = SplitResult(FILE, ["mrn"], ",", "2026-01-01#content", contested=False, chunks=2)
ORDER = PaymentOrder("acme#paid#1", 100, NPIS[0], "3730189502")
PATIENTS = [StoredPatient(f"mrn-{n}", Person("Ada", f"Field {n}", "1990-02-14"), "stamp", "job#1") for n in range(4)]
VISITS = [StoredVisit("mrn-0", Visit(f"visit-{n}", "2026-01-01", "checkup"), "job#1") for n in range(60)]
PATIENT_ID = patient_id_of(ACME, "mrn-0")
CHANGE = people.Change("change", "ada", "request")
LONG_AGO = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


CREATE = people.Change("created", "ada", "request")
DOCTOR = DirectoryPerson(
    ACME,
    "doctor",
    "d-1",
    "user-d-1",
    {
        "first_name": "Ada",
        "last_name": "Field",
        "medical_license": "MD-1",
        "contact_email": "d1@example.com",
        "specialty_id": "urology",
        "professional_status": "active",
    },
    {"emails": []},
    1,
    "2026-01-01",
    "2026-01-01",
)
MEMBER = DirectoryPerson(
    ACME,
    "patient",
    "p-1",
    "user-p-1",
    {"first_name": "Pat", "last_name": "Moor", "contact_email": "p1@example.com", "doctor_id": "d-1"},
)
START = datetime.datetime(2026, 12, 1, 23, 45, tzinfo=datetime.UTC)
APPOINTMENT = Appointment(ACME, "a-1", "d-1", "p-1", START, 30, created_at="2026-01-01", updated_at="2026-01-01")


def another(person: DirectoryPerson, name: str) -> DirectoryPerson:
    """A person with other unique values."""
    unique = {"contact_email": f"{name}@example.com"} | ({"medical_license": name} if person.kind == "doctor" else {})
    return replace(person, person_id=name, user_id=f"user-{name}", profile={**person.profile, **unique})


@dataclass(frozen=True, slots=True)
class World:
    """What is stored, beside the constants of this module.

    claims     one that is received, one whose payment is requested, one whose payment is being reversed,
               one in review
    new_claims claims that are not stored
    payment    of the received claim
    held       the first provider's total, which is held
    patients   those stored, by MRN
    """

    plan: StoredPlan
    claims: list[StoredClaim]
    new_claims: list[StoredClaim]
    payment: Payment
    held: HeldTotal
    job: FileJob
    patients: dict[str, StoredPatient]
    check: IndexJob

    def change(self, **members: Any) -> Change:
        """A change of the plan that is small."""
        return self._replacement(changed(planType="changed", **members))

    @property
    def large_change(self) -> Change:
        """A change of the plan that needs a new generation."""
        return self._replacement(large_plan(110))

    def _replacement(self, plan: dict[str, Any]) -> Change:
        change = replacement("replaced", self.plan, plan)
        assert change is not None
        return change


def session(session_id: str) -> Session:
    """A session of the user that ends late."""
    return Session(
        *(ACME, USER.user_id, session_id, USER.email, "admin", (), "", 9_999_999_999),
        *("hash", "device", "agent", "Firefox", "127.0.0.1", "2026-01-01", "2026-01-01"),
    )


def person(kind: PersonKind, person_id: str, **members: Any) -> DirectoryPerson:
    """A person of the directory."""
    profile = {"contact_email": f"{person_id}@directory.example", **members}
    return DirectoryPerson(ACME, kind, person_id, f"user-{person_id}", profile, {}, 1, "2026-01-01", "2026-01-01")


def user_of(person: DirectoryPerson) -> users.User:
    """The user of a person."""
    kind: UserType = person.kind
    return users.User(ACME, person.user_id, person.profile["contact_email"], kind, "hash", (), person.person_id)


CLINIC = person(
    "institution", "clinic", name="St. Mary", license_number="H-1", institution_type="clinic", is_active=True
)
ADA = person("patient", "ada", first_name="Ada", last_name="Field", institution_id="clinic", mrn="mrn-0")
ENTRY = Entry("conditions", "0" * 32, {"name": "Hypertension"}, 1, "ada", "2026-01-01")
SESSION = session(SESSION_KEY[2])
CALL_MESSAGE = call_message(
    {
        "tenant": ACME,
        "call": "call-1",
        "at": "2026-01-01T00:00:00.000+00:00",
        "user": "ada",
        "user_type": "staff",
        "roles": [],
        "person": "",
        "operation": "get_patient",
        "access": "read",
        "path": {},
        "reason": "",
        "subjects": ["patient:p-1"],
        "subject_count": 1,
        "outcome": 200,
        "request_id": "r",
        "address": "127.0.0.1",
        "device": "Firefox",
    }
)


def another_call() -> CallMessage:
    """A call that has no entry."""
    return CALL_MESSAGE._replace(call="call-2", entry={**CALL_MESSAGE.entry, "call": "call-2"})


def ledger_day() -> str:
    """The day of the ledger's head."""
    head = ledger.read_head(ACME)
    assert head is not None
    return head.place.day


def passkey(passkey_id: str) -> Passkey:
    """A passkey of the user."""
    return Passkey(passkey_id, "My phone", b"credential", 1, "2026-01-01", "2026-01-01")


PASSKEY = passkey("1")


def machine(client_id: str) -> Client:
    """A machine with a secret."""
    return Client(ACME, client_id, "a machine", ("claims",), "2026-01-01", (ClientSecret("s-1", "0", "2026-01-01"),))


CLIENT = machine(CLIENT_ID)


def in_session() -> users.User:
    """The user with the session, as it is read."""
    user = users.get_user(ACME, USER.user_id)
    assert user is not None
    return user


def seeded() -> World:
    """Seed the world."""
    plan = _plans()
    users.add_user(USER)
    add_link(USER, LINK_TOKEN, 3600)
    add_passkey(USER, PASSKEY, use_part(b"challenge"), "")
    begin_session(in_session(), SESSION)
    add_client(CLIENT)
    for _ in range(RULE.free):
        begin_attempt(RULE, "used")
    stored, payment, held = _claims()
    job, patients = _intake()
    check = searches.start_job("drift", ACME, "request")
    people.add_person(INSTITUTION, CLINIC, user_of(CLINIC), CHANGE)
    people.add_person(PATIENT, ADA, user_of(ADA), CHANGE)
    entries.commit_entry(Sight(ADA, []), ENTRY, "created", "request")
    searches.add_drifted(check, "missing", ["a", "b"])
    people.add_person(DOCTOR_KIND, DOCTOR, user_of(DOCTOR), CREATE)
    people.add_person(PATIENT, MEMBER, user_of(MEMBER), CREATE)
    add_appointment(APPOINTMENT, DOCTOR, MEMBER, CREATE)
    ledger.append(ACME, [CALL_MESSAGE])
    idempotent(keyed_request("used"), "{}", lambda _: Answer(201, "first"))
    return World(plan, stored, valid_claims("new", 3), payment, held, job, patients, check)


def _plans() -> StoredPlan:
    first = creation(ACME, PLAN, None, "seed")
    root = plans.commit_change(first, AUTHOR)
    second = replacement("replaced", StoredPlan(root, first.services or ()), large_plan(2))
    assert second is not None
    third = replacement("replaced", StoredPlan(plans.commit_change(second, AUTHOR), second.services or ()), PLAN)
    assert third is not None
    left = generations.write_generation(plans.commit_change(third, AUTHOR), third.services or ())
    client("dynamodb").update_item(
        TableName=settings().tables["plans"],
        Key={"pk": {"S": f"{ACME}#{PLAN_ID}"}, "sk": {"S": f"INTENT#{left.generation}"}},
        UpdateExpression="SET begun = :past",
        ExpressionAttributeValues={":past": {"N": "1"}},
    )
    return plans.read_plan(ACME, PLAN_ID)


def valid_claims(seed: str, count: int) -> list[StoredClaim]:
    """Claims that are valid, not stored, and the same for the same seed."""
    fees = {"allowed_fees": 0, "member_coinsurance": 0, "member_copay": 0}
    valid = check_all([CLAIM | fees | {"provider_npi": NPIS[n % 2]} for n in range(count)], in_list=True)
    return new_claims(ACME, "request", seed, dict(enumerate(valid)))


def _claims() -> tuple[list[StoredClaim], Payment, HeldTotal]:
    stored = valid_claims("old", 4)
    claims.store(stored)
    accrue([(ACME, stored[0].claim_id), (ACME, stored[1].claim_id)])
    held = totals_repository.hold_total(PROVIDER, "run")
    assert held is not None
    received, requested, reversing, reviewed = (claim.claim_id for claim in stored)
    payment_repository.request_payment(ACME, requested)
    payment_repository.request_payment(ACME, reversing)
    paid = SagaStep("paid", "2026-01-01", "a reference")
    payment_repository.begin_reversal(payment_repository.read_payment(ACME, reversing), paid)
    payment_repository.give_up(payment_repository.read_payment(ACME, reviewed), "a reason")
    for claim_id in (requested, reversing):
        client("dynamodb").update_item(
            TableName=settings().tables["claims"],
            Key={"pk": {"S": f"{ACME}#{claim_id}"}, "sk": {"S": "CLAIM"}},
            UpdateExpression="SET overdue_at = :past",
            ExpressionAttributeValues={":past": {"S": "2026-01-01T00:00:00.000+00:00"}},
        )
    SandboxProcessor().pay(ORDER)
    return stored, payment_repository.read_payment(ACME, received), held


def _intake() -> tuple[FileJob, dict[str, StoredPatient]]:
    job_repository.add_queued(ACME, "task-0", FILE)
    job_order.begin(ACME, "task-1", FILE)
    job_repository.set_split(job_repository.read_job(ACME, "task-1"), SPLIT)
    job_repository.finish_chunk(job_repository.read_job(ACME, "task-1"), 0, Counts(rows_read=1))
    registry.write_patients(ACME, PATIENTS[:2], {})
    for visit in VISITS[:2]:
        registry.write_visits(ACME, [visit], {})
    return job_repository.read_job(ACME, "task-1"), registry.read_patients(ACME, ["mrn-0", "mrn-1"])


def keyed_request(key: str) -> Request:
    """A request with an Idempotency-Key."""
    return Request(api_event("plans/create_plan", headers={"Idempotency-Key": key}))


def moved(patient: StoredPatient) -> StoredPatient:
    """A patient of another name."""
    return replace(patient, person=replace(patient.person, last_name="Moved"), stamp="stamp 2")


def named(visit: StoredVisit) -> StoredVisit:
    """A visit with the row of a file."""
    return replace(visit, given={"J000000000001": GivenPerson("stamp", PATIENTS[0].person.hash)})
