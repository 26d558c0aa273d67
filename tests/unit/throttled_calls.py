"""A call of each function that calls DynamoDB."""

import datetime
from collections.abc import Callable
from dataclasses import replace

from appointments.storage import repository as appointments
from appointments.storage.repository import AppointmentFilter
from audit.storage import items as audit_items
from audit.storage import ledger, rebuilding, verification
from audit.storage import search as audit_search
from audit.storage.search import EntryFilter
from auth.clients import client as machines
from auth.clients import repository as clients
from auth.limits import attempts
from auth.links import link_repository as links
from auth.passkeys import challenges
from auth.passkeys import passkey_repository as passkeys
from auth.sessions import session_repository as sessions
from auth.tokens import key_list
from auth.users import repository as users
from auth.users import user_list
from claims.payments import payment_repository as payments
from claims.payments.payment import Payment, SagaStep
from claims.payments.sandbox_processor import SandboxProcessor
from claims.storage import list_repository, received_repository, row_repository
from claims.storage import repository as claims
from claims.storage.list_repository import ClaimFilter
from claims.totals import share_repository
from claims.totals import totals_repository as totals
from claims.totals.provider_totals import ClaimShare, ProviderTotal
from directory.people import people_list
from directory.people import repository as people
from directory.people.people_list import PersonFilter
from directory.people.relations import Sight
from doctors.doctor.kind import DOCTOR as DOCTOR_KIND
from intake.jobs import job_order
from intake.jobs import job_repository as jobs
from intake.jobs.jobs import Counts
from intake.registry import registry_pages
from intake.registry import repository as registry
from patients.entries import repository as entries
from payerworks.http import Answer
from payerworks.idempotency import idempotent
from plans.storage import generations, history, scan
from plans.storage import repository as plans
from search.jobs import repository as searches
from tests.unit import throttled_world as world_of
from tests.unit.throttled_world import (
    ACME,
    AUTHOR,
    FILE,
    PATIENT_ID,
    PLAN_ID,
    PROVIDER,
    SESSION,
    SESSION_KEY,
    USER,
    World,
    in_session,
)

SOON = "9999"
HOUR = datetime.timedelta(hours=1)
STEPS = [SagaStep("paid", "2026-01-01", "a reference")]

CALLS: dict[str, Callable[[World], object]] = {
    "auth.users.repository.find_user": lambda w: users.find_user(USER.email),
    "auth.users.repository.add_user": lambda w: users.add_user(users.User(ACME, "2", "b@c", "admin", "hash")),
    "auth.users.repository.find_login": lambda w: users.find_login(USER.email, "device"),
    "auth.users.repository.get_user": lambda w: users.get_user(ACME, USER.user_id),
    "auth.users.repository.replace_hash": lambda w: users.replace_hash(USER, "another hash"),
    "auth.users.user_list.list_users": lambda w: user_list.list_users(ACME, ["staff", "admin"], None, None, 20),
    "auth.links.link_repository.add_link": lambda w: links.add_link(USER, "n" * 43, 60),
    "auth.links.link_repository.find_link": lambda w: links.find_link(world_of.LINK_TOKEN),
    "auth.sessions.session_repository.get_session": lambda w: sessions.get_session(*SESSION_KEY),
    "auth.sessions.session_repository.list_sessions": lambda w: sessions.list_sessions(ACME, USER.user_id),
    "auth.sessions.session_repository.begin_session": lambda w: sessions.begin_session(
        in_session(), world_of.session("s-2")
    ),
    "auth.sessions.session_repository.begin_session with a code": lambda w: sessions.begin_session(
        in_session(), world_of.session("s-2"), update=world_of.USE_OF_CODE
    ),
    "auth.sessions.session_repository.rotate": lambda w: sessions.rotate(SESSION, "new", "answer", "127.0.0.1"),
    "auth.sessions.session_repository.end_sessions": lambda w: sessions.end_sessions(in_session(), ["s-1"]),
    "auth.sessions.session_repository.change_user": lambda w: sessions.change_user(
        in_session(), {"active": {"BOOL": False}}, ends=["s-1"]
    ),
    "auth.passkeys.challenges.is_used": lambda w: challenges.is_used(b"challenge"),
    "auth.passkeys.passkey_repository.list_passkeys": lambda w: passkeys.list_passkeys(USER),
    "auth.passkeys.passkey_repository.deletion_parts": lambda w: passkeys.deletion_parts(USER),
    "auth.passkeys.passkey_repository.find_owner": lambda w: passkeys.find_owner(world_of.PASSKEY.passkey_id),
    "auth.passkeys.passkey_repository.get_passkey": lambda w: passkeys.get_passkey(USER, world_of.PASSKEY.passkey_id),
    "auth.passkeys.passkey_repository.add_passkey": lambda w: passkeys.add_passkey(
        in_session(), world_of.passkey("2"), challenges.use_part(b"another"), "s-1"
    ),
    "auth.passkeys.passkey_repository.remove_passkey": lambda w: passkeys.remove_passkey(
        in_session(), world_of.PASSKEY.passkey_id, is_last_factor=True
    ),
    "auth.clients.repository.find_client": lambda w: clients.find_client(world_of.CLIENT.client_id),
    "auth.clients.repository.get_client": lambda w: clients.get_client(ACME, world_of.CLIENT.client_id),
    "auth.clients.repository.list_clients": lambda w: clients.list_clients(ACME, None, 2),
    "auth.clients.repository.add_client": lambda w: clients.add_client(world_of.machine("acme.2")),
    "auth.clients.repository.replace_secrets": lambda w: clients.replace_secrets(
        world_of.CLIENT, (machines.ClientSecret("s-2", "hash", "2026-01-01"),)
    ),
    "auth.clients.repository.delete_client": lambda w: clients.delete_client(ACME, world_of.CLIENT.client_id),
    "auth.limits.attempts.begin_attempt": lambda w: attempts.begin_attempt(attempts.LOGIN, "new"),
    "auth.limits.attempts.begin_attempt after others": lambda w: attempts.begin_attempt(world_of.RULE, "used"),
    "auth.limits.attempts.take_back": lambda w: attempts.take_back(world_of.RULE, "used"),
    "auth.tokens.key_list.read_keys": lambda w: key_list.read_keys(),
    "auth.tokens.key_list.write_keys": lambda w: key_list.write_keys([world_of.TOKEN_KEY], []),
    "payerworks.idempotency.idempotent new": lambda w: idempotent(world_of.keyed_request("new"), "{}", first_answer),
    "payerworks.idempotency.idempotent used": lambda w: idempotent(world_of.keyed_request("used"), "{}", first_answer),
    # plans
    "plans.storage.repository.read_root": lambda w: plans.read_root(ACME, PLAN_ID),
    "plans.storage.repository.live_root": lambda w: plans.live_root(ACME, PLAN_ID),
    "plans.storage.repository.read_plan": lambda w: plans.read_plan(ACME, PLAN_ID),
    "plans.storage.repository.plan_of": lambda w: plans.plan_of(w.plan.root),
    "plans.storage.repository.read_generation": lambda w: plans.read_generation(w.plan.root),
    "plans.storage.repository.read_services": lambda w: plans.read_services(w.plan.root, service_ids(w)),
    "plans.storage.repository.list_plans": lambda w: plans.list_plans(ACME, None, None, None, 20),
    "plans.storage.repository.each_plan": lambda w: list(plans.each_plan(ACME, None, None, None, 20)),
    "plans.storage.repository.listed_version": lambda w: plans.listed_version(ACME, PLAN_ID),
    "plans.storage.repository.services_changed": lambda w: plans.services_changed(w.plan.root, 1),
    "plans.storage.repository.commit_change": lambda w: plans.commit_change(w.change(), AUTHOR),
    "plans.storage.repository.commit_change large": lambda w: plans.commit_change(w.large_change, AUTHOR),
    "plans.storage.repository.read_versions": lambda w: list(plans.read_versions(w.plan.root, 1)),
    "plans.storage.history.list_versions": lambda w: history.list_versions(ACME, PLAN_ID, None, 20),
    "plans.storage.history.version_as_of": lambda w: history.version_as_of(ACME, PLAN_ID, SOON),
    "plans.storage.history.numbered_version": lambda w: history.numbered_version(ACME, PLAN_ID, 2),
    "plans.storage.history.created_by": lambda w: history.created_by(w.plan.root, w.plan.root.seed),
    "plans.storage.history.past_plan": lambda w: history.past_plan(
        ACME, PLAN_ID, history.numbered_version(ACME, PLAN_ID, 1)
    ),
    "plans.storage.generations.write_generation": lambda w: generations.write_generation(w.plan.root, w.plan.services),
    "plans.storage.generations.sweep": lambda w: generations.sweep(world_of.LONG_AGO),
    "plans.storage.scan.root_page": lambda w: scan.root_page(ACME, None),
    "plans.storage.scan.root_page all": lambda w: scan.root_page(None, None),
    "plans.storage.scan.read_root_states": lambda w: scan.read_root_states([(ACME, PLAN_ID)], consistent=True),
    "plans.storage.scan.scan": lambda w: list(scan.scan(None)),
    # claims
    "claims.storage.repository.read_claim": lambda w: claims.read_claim(ACME, w.claims[0].claim_id),
    "claims.storage.repository.store": lambda w: claims.store([*w.new_claims, w.claims[0]]),
    "claims.storage.row_repository.store_rows": lambda w: row_repository.store_rows(
        [*w.new_claims, w.claims[0]], lambda _: None
    ),
    "claims.storage.list_repository.list_claims": lambda w: list_repository.list_claims(ACME, ClaimFilter(), None, 20),
    "claims.totals.share_repository.read_shares": lambda w: shares(w, 0, 1, 2),
    "claims.totals.share_repository.commit_shares": lambda w: share_repository.commit_shares(
        {(ACME, "1234567893"): shares(w, 3)}
    ),
    "claims.totals.share_repository.sum_of_shares": lambda w: share_repository.sum_of_shares(PROVIDER),
    "claims.storage.received_repository.received_claims": lambda w: received_repository.received_claims(
        ACME, datetime.date.fromisoformat(w.claims[0].received_at[:10]), 10
    ),
    "claims.totals.totals_repository.top_totals": lambda w: totals.top_totals(ACME, 10),
    "claims.totals.totals_repository.read_page": lambda w: sorted(totals.read_page(None, 50).providers),
    "claims.totals.totals_repository.hold_total": lambda w: totals.hold_total(PROVIDER, "another run"),
    "claims.totals.totals_repository.let_go": lambda w: totals.let_go(PROVIDER, "run"),
    "claims.totals.totals_repository.set_total": lambda w: totals.set_total(
        PROVIDER, ProviderTotal(PROVIDER[1], 5, 1), w.held, "run"
    ),
    "claims.payments.payment_repository.read_payment": lambda w: payments.read_payment(ACME, w.claims[0].claim_id),
    "claims.payments.payment_repository.request_payment": lambda w: payments.request_payment(
        ACME, w.claims[0].claim_id
    ),
    "claims.payments.payment_repository.store_settlement": lambda w: payments.store_settlement(
        ACME, w.claims[1].claim_id, "settled", 1, STEPS
    ),
    "claims.payments.payment_repository.begin_reversal": lambda w: payments.begin_reversal(payment(w, 1), STEPS[0]),
    "claims.payments.payment_repository.note_paid": lambda w: payments.note_paid(payment(w, 2), STEPS[0]),
    "claims.payments.payment_repository.end_reversal": lambda w: payments.end_reversal(payment(w, 2), 1),
    "claims.payments.payment_repository.end_wait": lambda w: payments.end_wait(payment(w, 2)),
    "claims.payments.payment_repository.wait_again": lambda w: payments.wait_again(w.payment),
    "claims.payments.payment_repository.give_up": lambda w: payments.give_up(w.payment, "a reason"),
    "claims.payments.payment_repository.ask": lambda w: payments.ask(w.payment, STEPS[0]),
    "claims.payments.payment_repository.waive": lambda w: payments.waive(payment(w, 3), STEPS[0]),
    "claims.payments.payment_repository.decline": lambda w: payments.decline(payment(w, 3), STEPS[0]),
    "claims.payments.payment_repository.void": lambda w: payments.void(w.payment, STEPS[0]),
    "claims.payments.payment_repository.find_overdue": lambda w: sorted(payments.find_overdue()),
    "claims.payments.sandbox_processor.SandboxProcessor.pay": lambda w: SandboxProcessor().pay(w.payment.order),
    "claims.payments.sandbox_processor.SandboxProcessor.pay again": lambda w: SandboxProcessor().pay(world_of.ORDER),
    "claims.payments.sandbox_processor.SandboxProcessor.find": lambda w: SandboxProcessor().find(world_of.ORDER.key),
    "claims.payments.sandbox_processor.SandboxProcessor.reverse": lambda w: SandboxProcessor().reverse(
        world_of.ORDER.key
    ),
    # intake
    "intake.jobs.job_repository.add_queued": lambda w: jobs.add_queued(ACME, "task-2", FILE),
    "intake.jobs.job_order.begin": lambda w: job_order.begin(ACME, "task-0", FILE),
    "intake.jobs.job_order.begin again": lambda w: job_order.begin(ACME, "task-1", FILE),
    "intake.jobs.job_order.first_seen": lambda w: job_order.first_seen(w.job, "content"),
    "intake.jobs.job_repository.note_hand_over": lambda w: jobs.note_hand_over(w.job),
    "intake.jobs.job_repository.note_retry": lambda w: jobs.note_retry(w.job, "chunk 1", 2),
    "intake.jobs.job_repository.set_encoding": lambda w: jobs.set_encoding(w.job, "utf-8"),
    "intake.jobs.job_repository.set_split": lambda w: jobs.set_split(jobs.read_job(ACME, "task-0"), world_of.SPLIT),
    "intake.jobs.job_repository.finish_chunk": lambda w: jobs.finish_chunk(w.job, 1, Counts(rows_read=2)),
    "intake.jobs.job_order.end_if_loaded": lambda w: job_order.end_if_loaded(ACME, w.job.task_id),
    "intake.jobs.job_order.end_if_loaded last": lambda w: (
        jobs.finish_chunk(w.job, 1, Counts(rows_read=2)),
        job_order.end_if_loaded(ACME, w.job.task_id),
    ),
    "intake.jobs.job_order.fail": lambda w: job_order.fail(w.job, "a reason"),
    "intake.jobs.job_repository.read_job": lambda w: jobs.read_job(ACME, w.job.task_id),
    "intake.jobs.job_repository.is_loaded": lambda w: (jobs.is_loaded(w.job, 0), jobs.is_loaded(w.job, 1)),
    "intake.jobs.job_repository.is_next_sent": lambda w: jobs.is_next_sent(w.job, 0),
    "intake.jobs.job_repository.note_next_sent": lambda w: jobs.note_next_sent(w.job, 0),
    "intake.jobs.job_repository.list_jobs": lambda w: jobs.list_jobs(ACME, FILE.key, None, None, 20),
    "intake.registry.repository.read_patients": lambda w: registry.read_patients(ACME, ["mrn-0", "mrn-1", "mrn-2"]),
    "intake.registry.repository.read_visits": lambda w: registry.read_visits(ACME, ["visit-0", "visit-1", "visit-2"]),
    "intake.registry.repository.write_visits": lambda w: registry.write_visits(
        ACME, [world_of.named(world_of.VISITS[0]), *world_of.VISITS[1:]], {"visit-0": world_of.VISITS[0]}
    ),
    "intake.registry.repository.write_patients": lambda w: registry.write_patients(
        ACME, [*world_of.PATIENTS[2:], *map(world_of.moved, w.patients.values())], w.patients
    ),
    "intake.registry.repository.find_patient": lambda w: registry.find_patient(ACME, PATIENT_ID),
    "intake.registry.repository.find_patients": lambda w: registry.find_patients(ACME, [PATIENT_ID, "none"]),
    "intake.registry.repository.latest_visits": lambda w: registry.latest_visits(ACME, PATIENT_ID, 1),
    "intake.registry.repository.find_by_name": lambda w: registry.find_by_name(ACME, "", "", 0, 20),
    "intake.registry.registry_pages.stored_documents": lambda w: registry_pages.stored_documents([(ACME, PATIENT_ID)]),
    "intake.registry.registry_pages.patient_page": lambda w: registry_pages.patient_page(None, None),
    # the directory
    "directory.people.repository.get_person": lambda w: people.get_person(ACME, "doctor", "d-1"),
    "directory.people.repository.read_people": lambda w: people.read_people(
        ACME, [("doctor", "d-1"), ("patient", "p-1"), ("patient", "none")]
    ),
    "directory.people.repository.add_person": lambda w: people.add_person(
        DOCTOR_KIND,
        world_of.another(world_of.DOCTOR, "d-2"),
        world_of.user_of(world_of.another(world_of.DOCTOR, "d-2")),
        world_of.CREATE,
    ),
    "directory.people.repository.change_person": lambda w: people.change_person(
        DOCTOR_KIND,
        world_of.DOCTOR,
        replace(world_of.another(world_of.DOCTOR, "d-3"), person_id="d-1", user_id="user-d-1", version=2),
        world_of.CREATE,
        of_user=lambda user: sessions.change_parts(user, {"active": {"BOOL": False}}, ends=user.sessions),
    ),
    "directory.people.people_list.list_people": lambda w: people_list.list_people(
        ACME, "patient", PersonFilter({"doctor_id": "d-1", "last_name": "Moor"}), None, 20
    ),
    "directory.people.people_list.each_person": lambda w: list(
        people_list.each_person(ACME, "doctor", PersonFilter({}), None)
    ),
    "directory.people.people_list.count_people": lambda w: people_list.count_people(
        ACME, "patient", PersonFilter({"doctor_id": "d-1"})
    ),
    "directory.people.people_list.count_people some": lambda w: people_list.count_people(
        ACME, "patient", PersonFilter({"doctor_id": "d-1", "last_name": "Moor"})
    ),
    "directory.people.repository.read_counts": lambda w: people.read_counts(ACME, "institution"),
    "directory.people.repository.list_versions": lambda w: people.list_versions(ACME, "doctor", "d-1", None, 20),
    "appointments.storage.repository.get_appointment": lambda w: appointments.get_appointment(ACME, "a-1"),
    "appointments.storage.repository.add_appointment": lambda w: appointments.add_appointment(
        replace(world_of.APPOINTMENT, appointment_id="a-2", start=world_of.START + HOUR),
        world_of.DOCTOR,
        world_of.MEMBER,
        world_of.CREATE,
    ),
    "appointments.storage.repository.change_appointment": lambda w: appointments.change_appointment(
        world_of.APPOINTMENT,
        replace(world_of.APPOINTMENT, start=world_of.START + HOUR, version=2),
        world_of.CREATE,
    ),
    "appointments.storage.repository.list_revisions": lambda w: appointments.list_revisions(ACME, "a-1", None, 20),
    "appointments.storage.repository.list_appointments": lambda w: appointments.list_appointments(
        ACME, AppointmentFilter({"doctor_id": "d-1"}), None, 20
    ),
    "patients.entries.repository.read_entries": lambda w: entries.read_entries(ACME, "ada"),
    "patients.entries.repository.get_entry": lambda w: entries.get_entry(ACME, "ada", "conditions", "0" * 32),
    "patients.entries.repository.commit_entry": lambda w: entries.commit_entry(
        Sight(world_of.ADA, []), replace(world_of.ENTRY, version=2), "updated", "request"
    ),
    "patients.entries.repository.list_revisions": lambda w: entries.list_revisions(
        ACME, "ada", "conditions", "0" * 32, None, 20
    ),
    # audit
    "audit.storage.ledger.append": lambda w: ledger.append(ACME, [world_of.CALL_MESSAGE, world_of.another_call()]),
    "audit.storage.ledger.read_head": lambda w: ledger.read_head(ACME),
    "audit.storage.ledger.read_links": lambda w: ledger.read_links(ACME, world_of.ledger_day(), 1, 9),
    "audit.storage.items.put_all": lambda w: audit_items.put_all(
        [{"pk": {"S": "acme#OF#p-9"}, "sk": {"S": f"2026-01-01#{number:09}"}} for number in range(3)]
    ),
    "audit.storage.search.list_entries": lambda w: audit_search.list_entries(ACME, EntryFilter("p-1"), None, 20),
    "audit.storage.search.find_entries": lambda w: list(audit_search.find_entries(ACME, EntryFilter())),
    "audit.storage.rebuilding.rebuild": lambda w: rebuilt(),
    "audit.storage.verification.begin": lambda w: verification.begin(ACME, "2999-01-01"),
    "audit.storage.verification.check": lambda w: verification.check(
        ACME, verification.begin(ACME, world_of.ledger_day())
    ),
    "audit.storage.verification.days_of": lambda w: verification.days_of(ACME, "", ""),
    # search
    "search.jobs.repository.start_job": lambda w: searches.start_job("drift", ACME, "request"),
    "search.jobs.repository.read_job": lambda w: searches.read_job("drift", ACME),
    "search.jobs.repository.finish_slice": lambda w: searches.finish_slice(w.check, w.check),
    "search.jobs.repository.note_failure": lambda w: searches.note_failure(w.check, "an error"),
    "search.jobs.repository.add_drifted": lambda w: searches.add_drifted(w.check, "missing", ["c"]),
    "search.jobs.repository.read_drifted": lambda w: searches.read_drifted(w.check, "missing"),
}
"""A call of each function, by its name and, after a blank, what it is called for; on a world as it was seeded."""


def rebuilt() -> tuple[int, str]:
    ledger.append(ACME, [world_of.CALL_MESSAGE])  # the world's tables are kept, its buckets are not
    return rebuilding.rebuild(ACME, world_of.ledger_day(), "")


def first_answer(seed: str) -> Answer:
    return Answer(201, "first")


def payment(world: World, number: int) -> Payment:
    return payments.read_payment(ACME, world.claims[number].claim_id)


def service_ids(world: World) -> list[str]:
    return [part.object_id for part in world.plan.services]


def shares(world: World, *numbers: int) -> list[ClaimShare]:
    return share_repository.read_shares([(ACME, world.claims[number].claim_id) for number in numbers])
