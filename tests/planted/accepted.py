"""Faults that no unit test has to notice, each with its reason."""

from typing import NamedTuple


class Accepted(NamedTuple):
    """A fault by rule: its file, the function or class that has it, what it changes, and why it may survive."""

    file: str
    where: str
    change: str
    reason: str


ACCEPTED: tuple[Accepted, ...] = (
    Accepted(
        "functions/auth/issuers/external_caller.py",
        "_verified",
        '`jwt.decode( token, key, # The key decides, not t … ons={"require": ["iss", "aud", "exp", "iat"]}, )` → '
        "`jwt.decode(token, key, audience=issuer.audiences … tions={'require': ['iss', 'aud', 'exp', 'iat']})`",
        "equivalent: without a list, PyJWT takes the algorithm of the key, which is what the list says",
    ),
    Accepted(
        "functions/intake/jobs/jobs.py",
        "_steps",
        "`0` → `-1`",
        "equivalent: without a split no step that shows the number has a time, and such steps are left out",
    ),
    Accepted(
        "functions/auth/issuers/issuer_keys.py",
        "",
        "`100` → `50`",
        "the most keys of an issuer that are read: a bound against a document without end",
    ),
    Accepted(
        "functions/claims/totals/share_repository.py",
        "sum_of_shares",
        '`TABLE.query("pk = :pk", values, ConsistentRead=True, ProjectionExpression="net_fee")` → '
        "`TABLE.query('pk = :pk', values, ConsistentRead=True)`",
        "saves bytes alone: the same items, at the same units",
    ),
    Accepted(
        "functions/intake/jobs/splitting.py",
        "Splitter._add",
        "`row.end - start >= settings().chunk_bytes` → `(row.end - start > settings().chunk_bytes)`",
        "the size of a chunk, by one byte",
    ),
    Accepted(
        "functions/patients/health/health_score.py",
        "health_score",
        "`0` → `1`",
        "equivalent: a minute a week is as little activity as none",
    ),
    Accepted(
        "layers/common/payerworks/http.py",
        "Description",
        "`False` → `True`",
        "equivalent: it is for the type checker",
    ),
    Accepted(
        "functions/search/indexes/backfill.py",
        "read_ahead",
        "`1` → `2`",
        "equivalent: the next page is asked for when the one before is there, so a second thread has nothing to do",
    ),
    Accepted(
        "functions/search/jobs/drift_check.py",
        "next_slice",
        "`refresh(job.index)` → `pass`",
        "saves time alone: what is not yet searchable becomes a suspect, and suspects are looked at again",
    ),
    Accepted(
        "functions/plans/index/query.py",
        "services_body",
        "`False` → `True`",
        "saves time alone: OpenSearch would give sources and a total that nobody reads",
    ),
    Accepted(
        "functions/claims/claim/valid_claim.py",
        "check_all",
        "`isinstance(claim, ValidClaim)` → `True`",
        "equivalent: it is for the type checker, since any claim that is a list of faults has raised BadInput before",
    ),
    Accepted(
        "functions/claims/payments/sandbox_processor.py",
        "_behaviour",
        "`draw < bound` → `(draw <= bound)`",
        "the same but for one key in more than 2**50, and only for payments of the sandbox",
    ),
    Accepted(
        "functions/intake/ingest_records.py",
        "_records",
        "`break` → `pass`",
        "saves time alone: an answer shows only so many faults (errors.MAX_FAULTS)",
    ),
    Accepted(
        "functions/intake/jobs/splitting.py",
        "",
        "`4` → `5`",
        "the size of a batch: of how many plain chunks one contested chunk loads the rows",
    ),
    Accepted(
        "functions/plans/get_plan.py",
        "_past",
        '`params.as_of or ""` → `(params.as_of)`',
        "equivalent: it is for the type checker, since a query has one of the two",
    ),
    Accepted(
        "functions/plans/index/documents.py",
        "",
        "`500` → `1000`",
        "a pause: how often the index is refreshed; the lag that is reported counts with the same constant",
    ),
    Accepted(
        "functions/plans/index/query.py",
        "services_body",
        """`{"_source": False, "docvalue_fields": ["planId"], "sort": ["_doc"]}` → """
        """`{'_source': False, 'docvalue_fields': ['planId']}`""",
        "saves time alone: without the order of the index, OpenSearch looks at all hits before it gives some",
    ),
    Accepted(
        "functions/plans/index/documents.py",
        "",
        "`False` → `True`",
        "costs space alone: fields that are only stored would be indexed too; no query names them",
    ),
    Accepted(
        "functions/intake/ingest_records.py",
        "_records",
        "`len(record_faults) >= MAX_FAULTS` → `False`",
        "saves time alone: an answer shows only so many faults (errors.MAX_FAULTS)",
    ),
    Accepted(
        "functions/plans/index/documents.py",
        "searchable_version",
        "`0` → `-1`",
        "equivalent: versions count from 1, and the callers ask for one of them at least",
    ),
    Accepted(
        "layers/common/payerworks/messages.py",
        "_batches",
        "`0` → `1`",
        "the second batch and later ones end one byte earlier",
    ),
    Accepted(
        "functions/auth/tokens/access_token.py",
        "verify_token",
        """`jwt.decode( token, _jwk(key), algorithms=["ES256 … EEWAY_SECONDS, options={"require": _REQUIRED}, )` → """
        """`jwt.decode(token, _jwk(key), audience=AUDIENCE,  … =LEEWAY_SECONDS, options={'require': _REQUIRED})`""",
        "equivalent: of a JWK, PyJWT takes the key's own algorithm where none is given, and ours is ES256",
    ),
    Accepted(
        "functions/auth/passkeys/models.py",
        "AttestationResponse",
        "`True` → `False`",
        "equivalent: its members are texts, which pydantic takes from no other JSON value in either mode",
    ),
    Accepted(
        "functions/search/jobs/reindexing.py",
        "",
        "`60` → `120`",
        "a duration: a slice of either length ends long before its function",
    ),
    Accepted(
        "functions/search/jobs/index_job.py",
        "IndexJob.was_interrupted",
        "`self._seconds_since_update() > KILLED_SECONDS` → `(self._seconds_since_update() >= KILLED_SECONDS)`",
        "the same but for one microsecond in a quarter of an hour",
    ),
    Accepted(
        "functions/search/plans/sync.py",
        "sync_target",
        "`continue` → `pass`",
        "costs time alone: the plan is compared at once, found different, and then read and written again as well",
    ),
    Accepted(
        "layers/common/payerworks/batches.py",
        "in_parallel",
        "`len(given) < 2` → `False`",
        "saves time alone: one call needs no thread",
    ),
    Accepted(
        "layers/common/payerworks/opensearch.py",
        "",
        "`5` → `6`",
        "a limit of waiting; a test requires that it is shorter than the client's",
    ),
    Accepted(
        "functions/search/jobs/index_job.py",
        "IndexJob.stalled",
        "`self._seconds_since_update() > STALLED_SECONDS` → `(self._seconds_since_update() >= STALLED_SECONDS)`",
        "the same but for one microsecond in half an hour",
    ),
    Accepted(
        "functions/search/plans/backfill.py",
        "_write",
        "`verify or root_key(plan.root.tenant, plan.root.plan_id) in met` → `True`",
        "costs time alone: plans that nobody else wrote are compared too, and found right",
    ),
    Accepted(
        "functions/search/plans/sync.py",
        "",
        "`5` → `4`",
        "a number of tries; after the last one the message comes again",
    ),
    Accepted(
        "functions/patients/list_patient_entry_history.py",
        "handler",
        "`1` → `2`",
        "saves a read alone: a page shows only so many, and any more of them mean another page",
    ),
    Accepted(
        "functions/directory/people/lists.py",
        "history_answer",
        "`1` → `2`",
        "saves a read alone: a page shows only so many, and any more of them mean another page",
    ),
    Accepted(
        "functions/patients/entries/writing.py",
        "entry_id_in_path",
        "`not _ENTRY_ID.fullmatch(entry_id)` → `False`",
        "no key above 1,024 bytes is read, which DynamoDB refuses and the DynamoDB of the unit tests does not",
    ),
    Accepted(
        "functions/appointments/storage/repository.py",
        "",
        "`1000` → `500`",
        "how much a call reads at most, so that it ends in time; tests set a smaller number",
    ),
    Accepted(
        "functions/directory/people/people_list.py",
        "",
        "`1000` → `500`",
        "how much a call reads at most, so that it ends in time; tests set a smaller number",
    ),
)
