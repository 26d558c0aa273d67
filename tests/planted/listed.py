"""Faults by hand: harmful changes that unit tests once did not notice, matched by their text."""

from pathlib import Path
from typing import NamedTuple

from tests.planted.fault import Fault
from tests.planted.rules import names_at


class Gone(Exception):
    """The text that a fault replaces is no longer there, or there twice."""


class Listed(NamedTuple):
    """Replace `old`, which occurs once in the file, by `new`.

    effect  what the fault does
    tests   for what is not Python, and for what is outside of functions: the beginnings of tests' names
    """

    file: str
    old: str
    new: str
    effect: str
    tests: tuple[str, ...] = ()

    def fault(self, root: Path) -> Fault:
        """The fault in a tree. Raises Gone."""
        path = root / self.file
        text = path.read_text() if path.exists() else ""
        if text.count(self.old) != 1:
            times = "is gone" if self.old not in text else "occurs more than once"
            raise Gone(f"this fault no longer applies: its text {times}: {self.file}: {self.effect}")
        before, _, _ = text.partition(self.old)
        start, first = len(before.encode()), before.count("\n") + 1
        lines = range(first, first + self.old.rstrip("\n").count("\n") + 1)
        end = start + len(self.old.encode())
        names = names_at(text, first) if self.file.endswith(".py") else frozenset()
        return Fault(self.file, start, end, self.new, lines, "listed", self.effect, names, self.tests)


_TEMPLATE = ("tests/unit/test_template.py", "tests/unit/test_house.py", "tests/unit/test_gateway_responses.py")

_NOT_PUBLIC = (
    "      PublicAccessBlockConfiguration:\n"
    "        {BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true}\n"
)
_ENCRYPTED = "      SSESpecification: {SSEEnabled: true, SSEType: KMS, KMSMasterKeyId: !Ref DataKey}\n"
_INTAKE_TABLE = (
    "  IntakeTable:\n"
    "    Type: AWS::DynamoDB::Table\n"
    "    DeletionPolicy: !If [Kept, RetainExceptOnCreate, Delete]\n"
    "    UpdateReplacePolicy: !If [Kept, Retain, Delete]\n"
    "    Properties:\n"
    "      BillingMode: PAY_PER_REQUEST\n"
    "      DeletionProtectionEnabled: !If [Kept, true, false]\n"
    "      PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}\n"
    f"{_ENCRYPTED}"
)
_INTAKE_BUCKET = (
    '      BucketName: !Sub ["payerworks-intake-${Id}", {Id: !Select [2, !Split ["/", !Ref AWS::StackId]]}]\n'
    f"{_NOT_PUBLIC}"
    "      BucketEncryption:\n"
    "        ServerSideEncryptionConfiguration:\n"
    "          - ServerSideEncryptionByDefault: {SSEAlgorithm: aws:kms, KMSMasterKeyID: !GetAtt DataKey.Arn}\n"
)

_PLANS = (
    Listed(
        "functions/plans/storage/repository.py",
        'root_item(change.after), "attribute_not_exists(pk)")',
        "root_item(change.after))",
        "a plan is made over one that another request made meanwhile",
    ),
    Listed(
        "functions/plans/storage/repository.py",
        "    if digest(root.text, services) == root.digest:\n",
        "    if True:\n",
        "half of a write is answered",
    ),
    Listed(
        "functions/plans/storage/repository.py",
        'f"SERVICE#{root.generation}#"',
        'f"SERVICE#{root.generation}"',
        "generation 1 is read with those of generation 10 and of 1-abc",
    ),
    Listed(
        "functions/plans/storage/repository.py",
        "MAX_REPLACED_BYTES = 370_000",
        "MAX_REPLACED_BYTES = 3_700_000",
        "a VERSION item may be larger than the 400 KB of an item",
    ),
    Listed(
        "functions/plans/storage/repository.py",
        'item["operation"]["S"] in ("created", "deleted") or ',
        "",
        "the index keeps services of a plan that was deleted and made again",
    ),
    Listed(
        "functions/plans/replace_plan.py",
        'matched_root(request, plan["objectId"], " To create one by PUT, send If-None-Match: *.")',
        'repository.live_root(request.tenant, plan["objectId"])',
        "PUT ignores If-Match",
    ),
    Listed(
        "functions/plans/changes/commit.py",
        """    PLANS.fence(change.after.tenant, change.after.plan_id, change.after.version)
    return repository.commit_change(change, author)
""",
        """    root = repository.commit_change(change, author)
    PLANS.fence(change.after.tenant, change.after.plan_id, change.after.version)
    return root
""",
        "the cache is fenced after the commit",
    ),
    Listed(
        "functions/plans/changes/commit.py",
        "    PLANS.fence(change.after.tenant, change.after.plan_id, change.after.version)\n",
        "",
        "the cache is not fenced",
    ),
    Listed(
        "functions/plans/changes/commit.py",
        "    if not root.deleted:\n",
        "    if True:\n",
        "a deleted plan is put into the cache",
    ),
    Listed(
        "functions/plans/get_plan.py",
        "return not_modified(request, copy.etag) or _answer(copy)",
        "return _answer(copy)",
        "there is no 304 from the cache",
    ),
    Listed(
        "functions/plans/lookup/index_lookup.py",
        "if digest(text, services) == expected_digest:",
        "if True:",
        "a plan that is half indexed is answered",
    ),
    Listed(
        "functions/plans/lookup/index_lookup.py",
        '{"tenant": tenant, **filters}',
        "filters",
        "indexed objects of all tenants are found",
    ),
    Listed(
        "functions/plans/plan/document.py",
        'RESERVED_IDS = frozenset({"search", "es_data", "es_plan", "schema"})',
        'RESERVED_IDS = frozenset({"search", "es_data", "schema"})',
        "a plan may be named es_plan, which is a path of the API",
    ),
    Listed(
        "functions/plans/plan/models.py",
        "MAX_PART_BYTES = 350_000",
        "MAX_PART_BYTES = 3_500_000",
        "an item of a plan may be larger than 400 KB",
    ),
    Listed(
        "functions/plans/index/documents.py",
        '"filter": [*plan_filters(tenant, plan_id), kinds]',
        '"filter": [{"term": {"planId": plan_id}}, kinds]',
        "the indexed plan of another tenant is answered",
    ),
    Listed(
        "functions/plans/index/documents.py",
        '"gc_deletes": "1h"',
        '"gc_deletes": "60s"',
        "OpenSearch forgets deletions after a minute",
    ),
    Listed(
        "functions/plans/on_sweep_due.py",
        "generations.sweep(scheduled - generations.WRITER_LIFE)",
        "generations.sweep(scheduled)",
        "a sweep deletes what a writer at work has written",
    ),
)
_COMMON = (
    Listed(
        "layers/common/payerworks/idempotency.py",
        '"call_id = :me", self._key',
        '"attribute_exists(pk) OR call_id = :me", self._key',
        "a marker is changed by a call that has lost its lock",
    ),
    Listed(
        "layers/common/payerworks/idempotency.py",
        'f"{request.tenant}#{request.user_id}#{request.route}#{key}"',
        'f"{request.user_id}#{request.route}#{key}"',
        "an Idempotency-Key is shared by tenants",
    ),
    Listed(
        "layers/common/payerworks/idempotency.py",
        "LIFE_SECONDS = 24 * 3600",
        "LIFE_SECONDS = 24 * 60",
        "an Idempotency-Key lives for 24 minutes",
    ),
    Listed(
        "layers/common/payerworks/idempotency.py",
        "MAX_KEPT = 300_000",
        "MAX_KEPT = 3_000_000",
        "an answer above the 400 KB of an item is kept",
    ),
    Listed(
        "layers/common/payerworks/cache.py",
        'return f"{tenant}#{self._kind}#{name}"',
        'return f"{self._kind}#{name}"',
        "copies are shared by tenants",
    ),
    Listed(
        "layers/common/payerworks/rate_limit.py",
        'f"{request.tenant}#rate#{request.user_id}#{request.route}"',
        'f"{request.tenant}#rate#{request.route}"',
        "all users of a tenant share one rate limit",
    ),
    Listed(
        "layers/common/payerworks/rate_limit.py",
        'headers=headers | {"Retry-After": str(wait)}',
        "headers=headers",
        "429 has no Retry-After",
    ),
    Listed(
        "layers/common/payerworks/http.py",
        'if len(text) > MAX_BODY or (len(text) > MAX_BODY // 4 and len(text.encode(errors="replace")) > MAX_BODY):',
        "if len(text) > MAX_BODY:",
        "the 4 MB of a body are counted in characters",
    ),
    Listed(
        "layers/common/payerworks/http.py",
        '        "route": request.route,\n        "status": answer.status,',
        '        "route": request.route,\n        "path": request.event.get("path"),\n        "status": answer.status,',
        "paths, which can have an MRN, are logged",
    ),
    Listed(
        "layers/common/payerworks/http.py",
        '        "route": request.route,\n        "status": answer.status,',
        '        "route": request.route,\n        "query": request.event.get("queryStringParameters"),\n'
        '        "status": answer.status,',
        "queries, which can have names, are logged",
    ),
    Listed(
        "layers/common/payerworks/log.py",
        '"error": type(error).__name__, "code": code',
        '"error": str(error), "code": code',
        "the text of an unexpected error, which can quote data, is logged",
    ),
    Listed(
        "layers/common/payerworks/messages.py",
        '["Failed"]\n        if failed:',
        '["Failed"]\n        if False:',
        "messages that a topic refused are lost",
    ),
    Listed(
        "layers/common/payerworks/messages.py",
        '.get("Failed")\n        if failed:',
        '.get("Failed")\n        if False:',
        "messages that a queue refused are lost",
    ),
    Listed(
        "layers/common/payerworks/opensearch.py",
        'meta = {"_id": action["id"], "routing": action["routing"]}',
        'meta = {"_id": action["id"]}',
        "documents are written without their routing",
    ),
    Listed(
        "layers/common/payerworks/opensearch.py",
        "refused = [action for action, result in zip(batch, results, strict=True) if _is_refused(result)]",
        "refused: list[Action] = []",
        "documents that OpenSearch refused are lost",
    ),
    Listed(
        "layers/common/payerworks/texts.py",
        r'_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffd]")',
        r'_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")',
        "names may have lost characters (U+FFFD)",
    ),
    Listed(
        "layers/common/payerworks/days.py",
        "1900 if year >= 70",
        "1900 if year > 70",
        "70 is 2070",
    ),
)
_SEARCH = (
    Listed(
        "functions/search/on_plan_operation.py",
        "    PLANS.fence(tenant, plan_id, version)\n",
        "",
        "the change feed does not repair the cache",
    ),
    Listed(
        "functions/search/plans/backfill.py",
        "return plan.root.deleted or digest(plan.root.text, plan.services) == plan.root.digest",
        "return True",
        "a reindex writes plans that changed while they were read",
    ),
    Listed(
        "functions/search/plans/sync.py",
        "    bulk(alias, actions)\n    return bulk(alias, last)\n",
        "    met = bulk(alias, last)\n    bulk(alias, actions)\n    return met\n",
        "a plan's own document is written first",
    ),
    Listed(
        "functions/search/plans/sync.py",
        "if indexed >= version and not verify and not whole:",
        "if indexed >= version and not whole:",
        "after a try that died nothing is compared",
    ),
    Listed(
        "functions/search/plans/drift.py",
        "read_root_states(keys, consistent=True)",
        "read_root_states(keys, consistent=False)",
        "the second look of a drift check is not consistent",
    ),
    Listed(
        "functions/search/jobs/drift_check.py",
        "        messages.send(settings().queues[kind.queue], kind.repair_messages(drifted, job.request_id))\n",
        "",
        "a repair repairs nothing",
    ),
    Listed(
        "functions/search/jobs/reindexing.py",
        """    if job.step == "create":
        targets.add(index)
        return replace(job, step="fill")
    if job.step == "fill":
        return _fill(job, targets.write_alias(index), verify)
""",
        """    if job.step == "create":
        return replace(job, step="fill")
    if job.step == "fill":
        return _fill(job, targets.write_targets()[0], verify)
""",
        "a new index is filled before it is a target of writes",
    ),
    Listed(
        "functions/search/jobs/reindexing.py",
        "    time.sleep(SECONDS + 1)\n",
        "",
        "an old index is deleted while earlier calls still use it",
    ),
    Listed(
        "functions/search/indexes/index_targets.py",
        '            {"remove": {"index": self._every, "alias": self.alias, "must_exist": False}},\n',
        "",
        "an old index is still searched: each hit comes twice",
    ),
)
_CLAIMS = (
    Listed(
        "functions/claims/list_top_providers.py",
        "COPY_SECONDS = 5",
        "COPY_SECONDS = 300",
        "the top list is shown for minutes after a change",
    ),
    Listed(
        "functions/claims/list_top_providers.py",
        'f"{request.tenant}#top"',
        '"#top"',
        "the top list is shared by tenants",
    ),
    Listed(
        "functions/claims/totals/accrual.py",
        "parts(shares, TRANSACTION_ITEMS - 1)",
        "parts(shares, TRANSACTION_ITEMS)",
        "a transaction has 101 items",
    ),
    Listed(
        "functions/claims/on_payment_due.py",
        '    raise Unavailable("The claim could not be paid.")\n',
        "    return []\n",
        "what is given up has no dead letter",
    ),
    Listed(
        "functions/claims/storage/claim_items.py",
        'return "#".join([tenant, *map(str, values)])',
        'return "#".join(map(str, values))',
        "lists of claims are shared by tenants",
    ),
    Listed(
        "cli/payerworks_cli/claims/post.py",
        'if file.name.lower().endswith((".csv", ".csv.gz")):',
        "if False:",
        "the command posts any CSV file as claims",
        ("tests/unit/cli/test_claims.py", "tests/unit/cli/test_ingest.py"),
    ),
)
_INTAKE = (
    Listed(
        "functions/intake/jobs/job_repository.py",
        'TABLE.put_part(chunk, "attribute_not_exists(pk)")',
        "TABLE.put_part(chunk)",
        "a chunk is counted each time that it is loaded",
    ),
    Listed(
        "functions/intake/ingest_records.py",
        "stored.file if stored else bucket.upload(",
        "bucket.upload(",
        "a repeated POST /ingest puts the file, and so a job, once more",
    ),
    Listed(
        "functions/intake/on_chunk_queued.py",
        "        if chunk.in_turn and not is_counted:\n",
        "        if False:\n",
        "both deliveries of a message go on with the next chunk",
        ("tests/unit/intake/test_job_orders.py",),
    ),
    Listed(
        "functions/intake/jobs/splitting.py",
        "hashlib.blake2b(self._content + content.encode(), digest_size=16)",
        "hashlib.blake2b(content.encode(), digest_size=16)",
        "a content's id knows its last row alone",
    ),
    Listed(
        "functions/intake/jobs/loading.py",
        "        rejects += bad\n",
        "        rejects = bad\n",
        "the rejects of the last batch alone are kept",
    ),
    Listed(
        "functions/intake/jobs/loading.py",
        "        counts += Counter(\n            rows_read=",
        "        counts = loaded.counts + Counter(\n            rows_read=",
        "the rows of the last batch alone are counted",
    ),
    Listed(
        "functions/intake/registry/registry_rules.py",
        "VisitStored(current.source != source, ",
        "VisitStored(True, ",
        "a chunk that runs again counts its own visits as duplicates",
    ),
    Listed(
        "functions/intake/registry/registry_rules.py",
        "    if source in current.changes:\n        return current, UPDATED\n",
        "",
        "a chunk that runs again counts its own changes of patients as unchanged",
    ),
    Listed(
        "functions/intake/files/patient_rows.py",
        r'return f"{person.first_name}\0{person.last_name}\0{person.birth_date}"',
        r'return f"{person.first_name}\0{person.last_name}"',
        "rows that differ in the date of birth alone are loaded in any order",
    ),
)
_AUTH = (
    Listed(
        "functions/auth/users/password_rules.py",
        "    if len(normal) < SHORTEST:\n",
        "    if len(normal) < SHORTEST - 1:\n",
        "a password may have seven characters",
    ),
    Listed(
        "functions/auth/users/rights.py",
        '"POST /claims": ("institution", "claims"),',
        '"POST /claims": ("institution", "doctor", "claims"),',
        "doctors may post claims",
        ("tests/unit/auth/test_rights.py",),
    ),
    Listed(
        "functions/auth/users/rights.py",
        '"POST /claims/{id}/void": ("claims",),',
        '"POST /claims/{id}/void": ("institution", "claims"),',
        "institutions may make claims void",
        ("tests/unit/auth/test_rights.py",),
    ),
    Listed(
        "functions/auth/users/rights.py",
        '"PATCH /v1/plan/{id}": ("plans",),',
        '"PATCH /v1/plan/{id}": ("patient", "plans"),',
        "patients may change plans",
        ("tests/unit/auth/test_rights.py",),
    ),
    Listed(
        "functions/auth/users/repository.py",
        'user = get_user(owner["tenant"]["S"], owner["user_id"]["S"])',
        'user = get_user(owner["tenant"]["S"], owner["user_id"]["S"]) if owner is not _UNKNOWN_USER else None',
        "an unknown e-mail costs one read fewer, and so less time",
        ("tests/unit/auth/test_equal_logins.py",),
    ),
    Listed(
        "functions/auth/log_in.py",
        "correct = is_correct(password, user.password_hash if user else None)",
        "correct = user is not None and is_correct(password, user.password_hash)",
        "an unknown e-mail costs no hash, and so less time",
    ),
)
_STACK = (
    Listed(
        "template.yaml",
        _INTAKE_TABLE,
        _INTAKE_TABLE.replace(_ENCRYPTED, ""),
        "the table of patients is not encrypted with the customer's key",
        _TEMPLATE,
    ),
    Listed(
        "template.yaml",
        _INTAKE_BUCKET,
        _INTAKE_BUCKET.replace("SSEAlgorithm: aws:kms, KMSMasterKeyID: !GetAtt DataKey.Arn", "SSEAlgorithm: AES256"),
        "the bucket is not encrypted with the customer's key",
        _TEMPLATE,
    ),
    Listed(
        "template.yaml",
        _INTAKE_BUCKET,
        _INTAKE_BUCKET.replace(_NOT_PUBLIC, ""),
        "the bucket may become public",
        _TEMPLATE,
    ),
    Listed(
        "template.yaml",
        _INTAKE_BUCKET,
        _INTAKE_BUCKET.replace("RestrictPublicBuckets: true", "RestrictPublicBuckets: false"),
        "the bucket may become public by a policy",
        _TEMPLATE,
    ),
    Listed(
        "template.yaml",
        "      KeySchema: [{AttributeName: pk, KeyType: HASH}]\n"
        "      TimeToLiveSpecification: {AttributeName: expires, Enabled: true}\n",
        "      KeySchema: [{AttributeName: pk, KeyType: HASH}]\n",
        "the markers of requests are kept for ever",
        _TEMPLATE,
    ),
    Listed(
        "template.yaml",
        """            FilterCriteria:
              Filters: [{Pattern: '{"dynamodb": {"NewImage": {"sk": {"S": ["CLAIM"]}""",
        """            # FilterCriteria:
              # Filters: [{Pattern: '{"dynamodb": {"NewImage": {"sk": {"S": ["CLAIM"]}""",
        "the stream of claims delivers what counting itself writes",
        _TEMPLATE,
    ),
    Listed(
        "template.yaml",
        "Schedule: rate(1 hour)}}",
        "Schedule: rate(1 hour), Enabled: false}}",
        "the sweep never runs",
        _TEMPLATE,
    ),
    Listed(
        "template.yaml",
        "auth.list_sessions.handler\n      Policies:\n        - Statement: {Effect: Allow, Action: dynamodb:Query, "
        "Resource: !GetAtt AuthTable.Arn}",
        "auth.list_sessions.handler\n      Policies:\n        - Statement: {Effect: Allow, Action: dynamodb:Query, "
        "Resource: '*'}",
        "a function may use any table",
        _TEMPLATE,
    ),
    Listed(
        "template.yaml",
        "            Resource: !GetAtt ClaimPayments.Arn\n"
        "            Condition: {ArnEquals: {aws:SourceArn: !Ref ClaimOperations}}\n",
        "            Resource: !GetAtt ClaimPayments.Arn\n",
        "any topic may send claims to be paid",
        _TEMPLATE,
    ),
    Listed(
        "template.yaml",
        "      FilterPolicyScope: MessageBody\n      FilterPolicy: {status: [received]}\n",
        "",
        "all changes of claims come to the queue of payments",
        _TEMPLATE,
    ),
    Listed(
        "template.yaml",
        "ClaimPaymentsDeadLetters.Arn, maxReceiveCount: !Ref PaymentTries}",
        "ClaimPaymentsDeadLetters.Arn, maxReceiveCount: 3}",
        "messages become dead letters before their last try gives up",
        _TEMPLATE,
    ),
)
LISTED: tuple[Listed, ...] = (*_PLANS, *_COMMON, *_SEARCH, *_CLAIMS, *_INTAKE, *_AUTH, *_STACK)
