"""Planted faults: harmful changes of the code, each of a kind that the models must find within a minute.

A fault either replaces a function or constant of the code for a run, or changes the requests that the code makes
(`_without_condition`), as if it had forgotten a part of them. A fault whose place is gone raises AttributeError.
"""

import contextlib
import functools
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.models.process import Patches

if TYPE_CHECKING:
    from tests.models.aws_model import Stack

Plant = Callable[[Patches, "Stack"], None]


class Fault(NamedTuple):
    """A fault: the kind of order that it allows, the world that shows it, and how it is planted for a run."""

    kind: str
    world: str
    plant: Plant


FAULT_SECONDS = 60.0
"""A planted fault is found in this time."""
FAULTS: dict[str, Fault] = {}


def _fault(kind: str, world: str) -> Callable[[Plant], Plant]:
    """Enter a function as the fault of its name."""

    def enter(plant: Plant) -> Plant:
        FAULTS[plant.__name__.strip("_").replace("_", "-")] = Fault(kind, world, plant)
        return plant

    return enter


def _without_condition(stack: "Stack", table: str, words: str, *, change: str = "", put: str = "") -> None:
    """Requests to a table whose condition contains these words are sent without it.

    `change` is a part of the updates that are meant, `put` the beginning of the sort keys of the items.
    """

    def drop(request: Any) -> None:
        is_meant = request.get("TableName") == table and words in request.get("ConditionExpression", "")
        sort_key = request.get("Item", {}).get("sk", {}).get("S", "")
        if is_meant and change in request.get("UpdateExpression", "") and sort_key.startswith(put):
            request.pop("ConditionExpression", None)  # a call that is sent again has none any more

    def tamper(operation: str, request: dict[str, Any]) -> None:
        for part in request.get("TransactItems", [{"": request}]):
            for each in part.values():
                drop(each)

    stack.dynamodb.tamper = tamper


def _without_parts(stack: "Stack", is_meant: Callable[[str, dict[str, Any]], bool]) -> None:
    """The parts of transactions that are meant, by their kind and their request, do nothing and require nothing."""

    def tamper(operation: str, request: dict[str, Any]) -> None:
        for part in request.get("TransactItems", ()):
            [(kind, given)] = part.items()
            if is_meant(kind, given):
                key = given.get("Key") or {name: given["Item"][name] for name in ("pk", "sk")}
                part.clear()
                part["ConditionCheck"] = {"TableName": given["TableName"], "Key": key}

    stack.dynamodb.tamper = tamper


def _without_either(stack: "Stack", *sort_keys: str) -> None:
    """Neither of two items guards a change, each of which would do alone."""

    def tamper(operation: str, request: dict[str, Any]) -> None:
        for part in request.get("TransactItems", ()):
            if "Put" in part and _sort_key(part["Put"]).startswith(sort_keys):
                part["Put"].pop("ConditionExpression", None)

    stack.dynamodb.tamper = tamper


def _sort_key(request: dict[str, Any]) -> str:
    return str((request.get("Key") or request["Item"])["sk"]["S"])


# ---- plans


@_fault("commit", "plans")
def _a_root_is_put_without_its_version(patches: Patches, stack: "Stack") -> None:
    _without_condition(stack, "PlansTable", "version = :before")


@_fault("commit", "plans")
def _a_plan_is_created_without_its_condition(patches: Patches, stack: "Stack") -> None:
    _without_condition(stack, "PlansTable", "attribute_not_exists(pk)")


@_fault("commit", "plans")
def _each_try_of_a_transaction_has_its_own_token(patches: Patches, stack: "Stack") -> None:
    def tamper(operation: str, request: dict[str, Any]) -> None:
        request.pop("ClientRequestToken", None)

    stack.dynamodb.tamper = tamper


@_fault("commit", "plans")
def _a_sweep_does_not_look_whether_a_generation_was_committed(patches: Patches, stack: "Stack") -> None:
    from plans.storage import generations

    patches.set(generations, "_was_committed", lambda *_: False)
    patches.set(
        generations, "release", lambda root: generations.TABLE.delete_part({"pk": {"S": "-"}, "sk": {"S": "-"}})
    )


@_fault("7a", "plans")
def _a_bulk_may_wait_for_a_minute(patches: Patches, stack: "Stack") -> None:
    from payerworks import opensearch

    patches.set(opensearch, "WRITE", {})


@_fault("7c", "plans")
def _a_message_that_comes_again_is_not_compared(patches: Patches, stack: "Stack") -> None:
    from search import on_plan_operation

    patches.set(on_plan_operation, "sync_plan", _compares_never(on_plan_operation.sync_plan))


def _compares_never(sync_plan: Callable[..., bool]) -> Callable[..., bool]:
    return lambda *names, **options: sync_plan(*names, **options | {"verify": False})


@_fault("8", "plans")
def _a_message_is_not_paused(patches: Patches, stack: "Stack") -> None:
    from payerworks import messages

    stack.sqs.queues["SearchIndex"].visibility = 60.0
    patches.set(messages, "_pause", lambda *_: None)


@_fault("12", "plans")
def _a_patch_answers_what_it_reads_back(patches: Patches, stack: "Stack") -> None:
    from plans import patch_plan
    from plans.storage import repository

    answer = patch_plan.write_answer

    def read_back(request: Any, plan: Any, status: int) -> Any:
        return answer(request, repository.read_plan(request.tenant, plan.root.plan_id), status)

    patches.set(patch_plan, "write_answer", read_back)


@_fault("15", "plans")
def _the_cache_takes_older_versions(patches: Patches, stack: "Stack") -> None:
    from payerworks import cache

    script = cache._PUT_UNLESS_NEWER
    guard = next(line for line in script.splitlines() if line.startswith("if current"))
    patches.set(cache, "_PUT_UNLESS_NEWER", script.replace(guard, ""))


@_fault("15", "plans")
def _no_fence_before_the_commit(patches: Patches, stack: "Stack") -> None:
    from payerworks.cache import Cache

    patches.set(Cache, "fence", lambda *_: None)


@_fault("18", "plans")
def _a_torn_read_ends_in_503(patches: Patches, stack: "Stack") -> None:
    from payerworks.dynamodb import busy
    from plans.storage import repository

    def torn(_: Any) -> Any:
        raise busy()

    patches.set(repository, "_before_images_since", torn)


@_fault("18", "plans")
def _a_torn_read_is_answered(patches: Patches, stack: "Stack") -> None:
    from plans.plan.stored_plan import StoredPlan
    from plans.storage import repository

    patches.set(repository, "plan_of", lambda root: StoredPlan(root, repository.read_generation(root)))


# ---- Idempotency-Key


@_fault("9a", "idempotency")
def _a_repeat_does_not_look_for_what_was_made(patches: Patches, stack: "Stack") -> None:
    from plans import create_plan

    idempotent = create_plan.idempotent
    patches.set(create_plan, "idempotent", lambda *given, **options: idempotent(*given, **options | {"resume": None}))


@_fault("9b", "idempotency")
def _a_put_does_not_know_its_own_item(patches: Patches, stack: "Stack") -> None:
    from payerworks import dynamodb

    patches.set(dynamodb, "_own_put", lambda _: lambda item: False)


@_fault("9c", "idempotency")
def _an_answer_of_any_size_is_kept(patches: Patches, stack: "Stack") -> None:
    from payerworks import idempotency

    patches.set(idempotency, "MAX_KEPT", 10**9)


@_fault("9d", "idempotency")
def _a_freed_marker_expires_in_1970(patches: Patches, stack: "Stack") -> None:
    def tamper(operation: str, request: dict[str, Any]) -> None:
        if operation == "update_item" and "expires = :now" in request["UpdateExpression"]:
            request["ExpressionAttributeValues"] = request["ExpressionAttributeValues"] | {":now": {"N": "0"}}

    stack.dynamodb.tamper = tamper


@_fault("9", "idempotency")
def _a_5xx_frees_the_key(patches: Patches, stack: "Stack") -> None:
    from payerworks.idempotency import _Marker

    release = _Marker.release
    patches.set(_Marker, "release", lambda marker, *, keeps_seed: release(marker, keeps_seed=False))


# ---- totals


@_fault("5", "totals")
def _a_conflict_is_not_waited_out_and_leaves_a_hold(patches: Patches, stack: "Stack") -> None:
    from claims.totals import totals_repository
    from payerworks import dynamodb

    patches.set(dynamodb, "TRANSIENT", dynamodb.TRANSIENT - {"TransactionConflictException"})
    patches.set(totals_repository, "let_go", lambda *_: None)
    patches.set(totals_repository, "HOLD_SECONDS", 16 * 60)


@_fault("6", "totals")
def _a_total_is_the_sum_of_an_index(patches: Patches, stack: "Stack") -> None:
    from claims.totals import rebuild
    from claims.totals.provider_totals import ProviderTotal

    def by_index(provider: tuple[str, str]) -> ProviderTotal:
        _, npi = provider
        table = stack.dynamodb.tables["ClaimsTable"]
        listed = [key for key, item in table.view_of("by_provider", False) if item["provider_list"]["S"].endswith(npi)]
        claims = [claim for key in listed if (claim := table.get(key)) and claim["status"]["S"] != "void"]
        return ProviderTotal(npi, sum(int(claim["net_fee"]["N"]) for claim in claims), len(claims))

    patches.set(rebuild, "sum_of_shares", by_index)


@_fault("6", "totals")
def _a_late_sum_overwrites_what_was_counted_since(patches: Patches, stack: "Stack") -> None:
    from claims.totals import totals_repository

    patches.set(totals_repository, "HOLD_SECONDS", 0)
    _without_condition(stack, "ClaimsTable", "version = :version", change="recounted = :run")


@_fault("totals", "totals")
def _a_claim_is_counted_whatever_was_counted(patches: Patches, stack: "Stack") -> None:
    _without_condition(stack, "ClaimsTable", "", put="SHARE#")


# ---- payments


@_fault("2", "payments")
def _a_payment_that_is_not_wanted_has_no_deadline(patches: Patches, stack: "Stack") -> None:
    from claims.payments import payment_repository

    write = payment_repository._write

    def without(tenant: str, claim_id: str, change: Any, **options: Any) -> Any:
        is_meant = change.operation in ("refused", "unsettled")
        return write(tenant, claim_id, change._replace(lasts=None) if is_meant else change, **options)

    patches.set(payment_repository, "_write", without)


@_fault("saga", "payments")
def _the_processor_is_not_asked_for_an_earlier_try(patches: Patches, stack: "Stack") -> None:
    from claims.payments import payment

    patches.set(payment, "payment_key", lambda *names: f"{'#'.join(map(str, names))}#{stack.scheduler.draw.random()}")


@_fault("saga", "payments")
def _a_settlement_is_stored_in_any_state(patches: Patches, stack: "Stack") -> None:
    _without_condition(stack, "ClaimsTable", "attempt = :attempt")


@_fault("lost message", "payments")
def _a_claim_without_a_message_is_not_found(patches: Patches, stack: "Stack") -> None:
    from claims import on_payments_overdue

    patches.set(on_payments_overdue, "_queue_again", lambda _: None)


@_fault("lost message", "payments")
def _a_claim_waits_again_without_a_message(patches: Patches, stack: "Stack") -> None:
    from claims import on_payments_overdue

    patches.set(on_payments_overdue, "send", lambda *_: None)


@_fault("13", "payments")
def _a_void_does_not_know_that_it_was_stored(patches: Patches, stack: "Stack") -> None:
    from claims.payments import personal_change

    patches.set(personal_change, "if_match_names", lambda *_: False)


# ---- the registry


@_fault("1", "registry")
def _missing_contested_rows_are_none(patches: Patches, stack: "Stack") -> None:
    from intake.jobs import bucket, working_files

    read_contested = working_files.read_contested

    def read(*names: Any) -> Any:
        try:
            return read_contested(*names)
        except bucket.FileGone:
            return frozenset()

    stack.s3.rules["contested/"] = 7.0
    patches.set(working_files, "read_contested", read)


@_fault("3", "registry")
def _a_repeat_does_not_complete_a_half_row(patches: Patches, stack: "Stack") -> None:
    from intake.registry import upsert

    judge_visits, judge_persons, duplicates = upsert.judge_visits, upsert.judge_persons, set()

    def visits(records: Any, stored: Any, origin: Any) -> Any:
        outcomes, changed = judge_visits(records, stored, origin)
        duplicates.update(
            origin.source(line) for line, outcome in outcomes.items() if getattr(outcome, "is_duplicate", False)
        )
        return outcomes, changed

    def persons(records: Any, stored: Any, origin: Any, stamps: Any) -> Any:
        kept = [record for record in records if origin.source(record.line) not in duplicates]
        return judge_persons(kept, stored, origin, stamps)

    patches.set(upsert, "judge_visits", visits)
    patches.set(upsert, "judge_persons", persons)


@_fault("4", "registry")
def _a_job_believes_to_be_alone(patches: Patches, stack: "Stack") -> None:
    from intake.jobs import loading

    origin = loading.Origin
    patches.set(loading, "Origin", lambda task_id, stamp, beside, *more: origin(task_id, stamp, (), *more))


@_fault("11", "registry")
def _a_chain_ends_with_the_delivery_that_lost(patches: Patches, stack: "Stack") -> None:
    from intake import on_chunk_queued
    from payerworks.errors import Unavailable

    load_chunk = on_chunk_queued._load

    def load_or_end(*given: Any) -> None:
        try:
            load_chunk(*given)
        except Unavailable as error:
            if "Another delivery" not in error.detail:
                raise

    patches.set(on_chunk_queued, "_load", load_or_end)


@_fault("14", "registry")
def _a_patient_keeps_its_last_change_alone(patches: Patches, stack: "Stack") -> None:
    from intake.registry import registry_rules

    patches.set(registry_rules, "MAX_CHANGES", 1)


@_fault("16", "registry")
def _a_second_split_overwrites_the_chunks(patches: Patches, stack: "Stack") -> None:
    from intake.jobs import working_files

    chunks_key, contested_key = working_files._chunks_key, working_files._contested_key
    patches.set(working_files, "_chunks_key", lambda job, _: chunks_key(job, ""))
    patches.set(working_files, "_contested_key", lambda job, _: contested_key(job, ""))


# ---- the directory


@_fault("unique", "directory")
def _a_unique_value_is_taken_without_its_condition(patches: Patches, stack: "Stack") -> None:
    _without_condition(stack, "DirectoryTable", "attribute_not_exists(pk)", put="UNIQUE")


@_fault("unique", "directory")
def _an_email_is_taken_without_its_condition(patches: Patches, stack: "Stack") -> None:
    _without_either(stack, "EMAIL", "UNIQUE")


@_fault("unique", "directory")
def _a_deletion_frees_what_is_unique(patches: Patches, stack: "Stack") -> None:
    from directory.people import repository

    unique_parts = repository._unique_parts

    def parts(kind: Any, before: Any, after: Any) -> Any:
        kept = {"contact_email": after.profile["contact_email"]}
        return unique_parts(kind, before, replace(after, profile=kept) if after.deleted_at else after)

    patches.set(repository, "_unique_parts", parts)


@_fault("version", "directory")
def _a_person_is_put_over_a_change_of_others(patches: Patches, stack: "Stack") -> None:
    _without_either(stack, "PROFILE", "VERSION#")


@_fault("version", "directory")
def _an_entry_is_put_over_a_change_of_others(patches: Patches, stack: "Stack") -> None:
    _without_either(stack, "ENTRY#", "REVISION#")


@_fault("version", "directory")
def _a_change_has_no_item_of_its_version(patches: Patches, stack: "Stack") -> None:
    _without_parts(stack, lambda kind, request: kind == "Put" and _sort_key(request).startswith("VERSION#"))


@_fault("version", "directory")
def _a_version_says_what_is_after_it(patches: Patches, stack: "Stack") -> None:
    from directory.people import repository

    version_item = repository.version_item
    patches.set(
        repository,
        "version_item",
        lambda person, *given: version_item(person, *given[:3], person if given[3] else None, *given[4:]),
    )


@_fault("assigned", "directory")
def _nobody_looks_whether_a_doctor_is_open(patches: Patches, stack: "Stack") -> None:
    _without_parts(stack, lambda kind, request: "is_open" in request.get("ConditionExpression", ""))


@_fault("assigned", "directory")
def _nobody_looks_whether_a_doctor_still_treats_the_patient(patches: Patches, stack: "Stack") -> None:
    _without_parts(stack, functools.partial(_is_check_of, "DOCTOR"))


@_fault("assigned", "directory")
def _nobody_looks_whether_a_patient_is_still_the_doctors(patches: Patches, stack: "Stack") -> None:
    _without_parts(stack, functools.partial(_is_check_of, "PATIENT"))


def _is_check_of(person: str, kind: str, request: dict[str, Any]) -> bool:
    """Whether a part requires that a person is as it was read, and nothing else."""
    is_check = kind == "ConditionCheck" and request.get("ConditionExpression") == "version = :version"
    return is_check and f"#{person}#" in request["Key"]["pk"]["S"]


@_fault("sessions", "directory")
def _a_deletion_leaves_the_sessions(patches: Patches, stack: "Stack") -> None:
    _without_parts(stack, lambda kind, request: kind == "Delete" and _sort_key(request).startswith("SESSION#"))


@_fault("sessions", "directory")
def _a_login_does_not_look_whether_the_user_changed(patches: Patches, stack: "Stack") -> None:
    _without_condition(stack, "AuthTable", "active = :true", change="sessions.#new")


@_fault("sessions", "directory")
def _a_change_of_a_user_forgets_sessions_that_begin(patches: Patches, stack: "Stack") -> None:
    _without_condition(stack, "AuthTable", "sessions = :sessions")


@_fault("sessions", "directory")
def _the_account_of_a_deleted_person_is_enabled(patches: Patches, stack: "Stack") -> None:
    from auth.users import repository

    user_of = repository.user_of
    patches.set(repository, "user_of", lambda item: user_of({**item, "active_before": {"BOOL": None}}))


@_fault("sessions", "directory")
def _the_sessions_of_a_patient_keep_its_status(patches: Patches, stack: "Stack") -> None:
    from auth.sessions import session_repository

    patches.set(session_repository, "_COPIED", frozenset())


@_fault("counts", "directory")
def _a_deletion_is_not_counted(patches: Patches, stack: "Stack") -> None:
    from directory.people import repository

    group = repository._group
    patches.set(
        repository,
        "_group",
        lambda kind, person: group(kind, person and replace(person, deleted_at="")),
    )


@_fault("days", "directory")
def _a_day_is_put_over_the_bookings_of_others(patches: Patches, stack: "Stack") -> None:
    _without_condition(stack, "DirectoryTable", "", put="DAY#")


@_fault("days", "directory")
def _an_appointment_takes_its_first_day_alone(patches: Patches, stack: "Stack") -> None:
    from appointments.storage import repository

    days_of = repository.days_of
    patches.set(repository, "days_of", lambda appointment: days_of(appointment)[:1])


@_fault("once", "directory")
def _a_repeat_does_not_look_for_the_person_that_was_made(patches: Patches, stack: "Stack") -> None:
    from directory.people import creation

    patches.set(creation, "repository", _Without(creation.repository, get_person=lambda *_: None))


@_fault("once", "directory")
def _a_repeat_makes_another_person(patches: Patches, stack: "Stack") -> None:
    from directory.people import creation

    patches.set(creation, "idempotent", lambda request, value, run: run(str(stack.scheduler.draw.random())))


@_fault("once", "directory")
def _a_repeat_does_not_look_for_the_appointment_that_was_made(patches: Patches, stack: "Stack") -> None:
    from appointments import create_appointment

    idempotent = create_appointment.idempotent
    patches.set(create_appointment, "idempotent", lambda *given, **_: idempotent(*given))


class _Without:
    """A module with other functions in place of some."""

    def __init__(self, module: Any, **others: Any) -> None:
        self.__dict__.update(module.__dict__ | others)


# ---- the audit


@_fault("audit", "audit")
def _a_write_does_not_announce_itself(patches: Patches, stack: "Stack") -> None:
    from payerworks.audit import Trail

    patches.set(Trail, "announce", lambda _: None)


@_fault("audit", "audit")
def _a_call_is_answered_though_its_entry_was_not_handed_over(patches: Patches, stack: "Stack") -> None:
    from payerworks import http
    from payerworks.errors import PayerworksError

    def concluded(request: Any, answer: Any) -> Any:
        with contextlib.suppress(PayerworksError):
            request.trail.conclude(answer.status)
        return answer

    patches.set(http, "_concluded", concluded)


@_fault("audit", "audit")
def _what_comes_again_is_appended_again(patches: Patches, stack: "Stack") -> None:
    from audit.storage import ledger

    patches.set(ledger, "_read_calls", lambda *_: {})
    _without_condition(stack, "AuditTable", "attribute_not_exists(pk)", put="CALL")


@_fault("audit", "audit")
def _the_head_of_the_chain_is_put_over_that_of_others(patches: Patches, stack: "Stack") -> None:
    _without_either(stack, "HEAD", "0")


@_fault("audit", "audit")
def _a_file_is_not_put_again_after_a_kill(patches: Patches, stack: "Stack") -> None:
    from audit.storage import ledger

    patches.set(ledger, "_to_complete", lambda *_: set())


@_fault("audit", "audit")
def _an_entry_that_comes_after_its_announcement_is_dropped(patches: Patches, stack: "Stack") -> None:
    from audit.storage import ledger

    entry = ledger._entry
    patches.set(ledger, "_entry", lambda message, known: entry(message, known) if known is None else None)
