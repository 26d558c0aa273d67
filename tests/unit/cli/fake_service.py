"""A small stand-in for the deployed service and its S3, which plays the contract for the routes that `run` uses."""

import csv
import hashlib
import io
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.unit.cli.fake_claims import FakeClaims
from tests.unit.cli.forms import form_of

STAGE = "/restapis/abc/dev/_user_request_"
BUCKET = "intake"
PASSWORD, TOKEN = "not-a-real-password", "not-a-real-token"
MAX_UPLOAD = 1_000_000
REJECTS = "mrn,line,reject_reason\r\n17,3,birth_date is a date that does not exist\r\n"

Reply = tuple[int, dict[str, str], Any]


class FakeService:
    """Everything that is stored, and one method a route."""

    def __init__(self) -> None:
        self.plans: dict[str, Any] = {}
        self.of_claims = FakeClaims()
        self.claims = self.of_claims.stored
        self.dead = {"claim-totals": 0, "plan-changes": 0}
        self.replies: dict[str, Reply] = {}
        self.objects: dict[str, bytes] = {}
        self.jobs: list[dict[str, Any]] = []
        self.offers: list[dict[str, Any]] = []
        self.large_rejects_of = ""
        self.people: dict[str, list[str]] = {}
        self.visits: dict[str, list[str]] = {}
        self.drifted: list[str] = []
        self.queries: list[dict[str, str]] = []
        self.index_jobs: dict[str, dict[str, Any]] = {}
        self.asked: Counter[str] = Counter()
        self.url = ""

    def outputs(self) -> dict[str, Any]:
        """What outputs.json of this stack says."""
        return {
            "api_url": self.url + STAGE,
            "aws_endpoint_url": self.url,
            "region": "us-east-1",
            "access_key_id": "test",
            "secret_access_key": "test",
            "intake_bucket": BUCKET,
            "opensearch_url": "http://127.0.0.1:9200",
            "admin": {"email": "admin@example.com", "password": PASSWORD},
        }

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Reply:
        url = urlsplit(target)
        if not url.path.startswith(STAGE) and method == "POST":
            return self.post_object(headers["content-type"], body)
        if not url.path.startswith(STAGE):
            return self.s3(method, unquote(url.path).removeprefix(f"/{BUCKET}/"), body)
        path, query = unquote(url.path.removeprefix(STAGE)), dict(parse_qsl(url.query))
        self.asked[f"{method} {path}"] += 1
        if path == "/auth/login":
            good = json.loads(body)["password"] == PASSWORD
            return (200, {}, {"access_token": TOKEN}) if good else problem(401, "Unauthorized", "Wrong password.")
        if headers.get("authorization") != f"Bearer {TOKEN}":
            return problem(401, "Unauthorized", "No token.")
        if method == "POST" and path == "/v1/plan":
            return self.create_plan(json.loads(body))
        if method == "POST" and path == "/claims":
            return self.create_claims(json.loads(body), headers["idempotency-key"])
        if method == "POST" and path == "/ingest/uploads":
            return self.offer_upload(json.loads(body))
        if path.startswith("/admin/queues"):
            return self.queue(path.split("/")[3:], query)
        if path in ("/admin/search/drift", "/admin/search/reindex"):
            return self.index_job(method, path.rpartition("/")[2], query)
        return self.read(path.strip("/").split("/"), query, headers.get("if-none-match"))

    def read(self, path: list[str], query: dict[str, str], if_none_match: str | None) -> Reply:
        match path:
            case ["v1", "plan", *rest]:
                return self.read_plan(rest, query, if_none_match)
            case ["claims"]:
                return 200, {}, self.of_claims.page(query)
            case ["claims", claim_id, *rest]:
                return self.claim(claim_id, rest)
            case ["top-provider-npis"]:
                return 200, {}, self.of_claims.top(int(query.get("limit", 10)))
            case ["ingest"]:
                return 200, {}, {"items": [job for job in self.jobs if query.get("key", job["key"]) == job["key"]]}
            case ["ingest", task_id]:
                return 200, {}, self.run_job(task_id)
            case ["ingest", task_id, "rejects"] if task_id == self.large_rejects_of:
                return 303, {"Location": f"{self.url}/{BUCKET}/rejects.csv?X-Amz-Signature=x"}, None
            case ["ingest", _, "rejects"]:
                return 200, {"Content-Type": "text/csv; charset=utf-8"}, REJECTS
            case ["patients"]:
                late = self.asked["GET /patients"] == 1
                return 200, {}, {"total": 0 if late else len(self.people), "page": 1, "page_size": 1, "patients": []}
        return problem(404, "Not Found", "No such path.")

    def read_plan(self, path: list[str], query: dict[str, str], if_none_match: str | None) -> Reply:
        match path:
            case ["es_data"]:
                return self.es_data(self.plans[query["id"]], "parent_type" in query)
            case ["es_plan", plan_id]:
                late = self.asked[f"GET /v1/plan/es_plan/{plan_id}"] == 1
                return problem(404, "Not Found", "Not indexed yet.") if late else (200, {}, self.plans[plan_id])
            case ["search"]:
                return self.search(query)
            case [plan_id, "history"]:
                return self.history(plan_id) if plan_id in self.plans else problem(404, "Not Found", "No such plan.")
            case [plan_id]:
                self.queries.append(query)
                return self.get_plan(plan_id, if_none_match)
        return problem(404, "Not Found", "No such path.")

    def s3(self, method: str, key: str, body: bytes) -> Reply:
        if method == "PUT":
            self.objects[key] = body
            job = {"task_id": f"job-{len(self.jobs)}", "key": key, "status": "queued", "percent": 0}
            self.jobs.insert(0, job)
        etag = f'"{hashlib.md5(self.objects.get(key, b""), usedforsecurity=False).hexdigest()}"'
        return (200, {"ETag": etag}, None) if key in self.objects else (404, {}, None)

    def offer_upload(self, wanted: dict[str, Any]) -> Reply:
        if not wanted["filename"].endswith((".csv", ".csv.gz")):
            return problem(400, "Bad input", "The upload is not valid.", [{"pointer": "/filename", "message": "must"}])
        self.offers.append(wanted)
        key = f"{wanted['kind']}/main/{len(self.offers)}/{wanted['filename']}"
        fields = {"key": key, "x-amz-meta-tenant": "main", "policy": "x"}
        return 201, {}, {"url": f"{self.url}/{BUCKET}", "fields": fields, "key": key, "max_bytes": MAX_UPLOAD}

    def post_object(self, content_type: str, body: bytes) -> Reply:
        """A form, as S3 takes it."""
        fields = form_of(content_type, body)
        key = fields["key"].decode()
        if "refused" in key:
            return 403, {"Content-Type": "application/xml"}, "<Error><Code>AccessDenied</Code></Error>"
        self.s3("PUT", key, fields["file"])
        return 204, {}, None

    def create_plan(self, plan: Any) -> Reply:
        if plan["planCostShares"]["deductible"] < 0:
            error = {"pointer": "/planCostShares/deductible", "message": "must not be negative"}
            return problem(400, "Bad Request", "The plan is not valid.", [error])
        if plan["objectId"] in self.plans:
            return problem(409, "Conflict", "The plan exists.")
        self.plans[plan["objectId"]] = plan
        return 201, {"ETag": '"1"', "Change-Token": f"token of {plan['objectId']}"}, plan

    def get_plan(self, plan_id: str, if_none_match: str | None) -> Reply:
        return (304, {"ETag": '"1"'}, None) if if_none_match == '"1"' else (200, {"ETag": '"1"'}, self.plans[plan_id])

    def history(self, plan_id: str) -> Reply:
        change = {"version": 1, "operation": "created", "at": "2026-11-21T10:15:00.123+00:00", "by": "u-1"}
        change |= {"requestId": "r-1", "changed": [plan_id], "changedCount": 1200}
        return 200, {}, {"items": [change | {"version": 2, "operation": "patched"}, change], "nextCursor": None}

    def search(self, query: dict[str, str]) -> Reply:
        """The first search for a write finds that it is not indexed yet."""
        self.queries.append(query)
        if "after" in query and len([asked for asked in self.queries if "after" in asked]) == 1:
            return problem(504, "Gateway Timeout", "Not searchable yet.")
        items = []
        for plan in self.plans.values():
            matches = [one for one in plan["linkedPlanServices"] if query["q"] in one["linkedService"]["name"].lower()]
            items += [{name: plan[name] for name in ("objectId", "planType", "_org")} | {"matches": matches}]
        return 200, {}, {"items": [item for item in items if item["matches"]], "nextCursor": None}

    def index_job(self, method: str, name: str, query: dict[str, str]) -> Reply:
        """A job that is done at the first look at it; a check with repair leaves nothing to find."""
        key = f"{name} {query['index']}"
        if method == "GET":
            return 200, {}, self.index_jobs[key] | {"status": "completed"}
        found = {"count": len(self.drifted), "ids": self.drifted}
        none: dict[str, Any] = {"count": 0, "ids": []}
        drift = {"checked": len(self.plans), "missing": none, "stale": found, "orphaned": none}
        reindex = {"id": "job-1", "plans": len(self.plans), "documents": 1200, "total": len(self.plans)}
        if query["index"] == "patients":
            drift = {"checked": len(self.people)}
            reindex = {"id": "job-1", "patients": len(self.people), "documents": len(self.people)}
        self.index_jobs[key] = {"status": "running"} | (drift if name == "drift" else reindex)
        if query.get("repair") == "true":
            self.drifted = []
        return 202, {}, self.index_jobs[key]

    def es_data(self, plan: Any, children: bool) -> Reply:
        return 200, {}, [plan["planCostShares"], *plan["linkedPlanServices"]] if children else [plan]

    def claim(self, claim_id: str, rest: list[str]) -> Reply:
        known = self.claims.get(claim_id)
        if known is None:
            return problem(404, "Not Found", "No such claim.")
        if rest == ["payment"]:
            return 200, {}, self.of_claims.payment(known)
        if rest == ["void"]:
            if known["status"] not in ("failed", "payment_review"):
                return problem(409, "Conflict", "The claim's payment was begun and has not failed.")
            known["status"] = "void"
        return 200, {}, known

    def queue(self, path: list[str], query: dict[str, str]) -> Reply:
        """One queue and one stream's dead letters; a redrive moves three at most."""
        queues = {name: self.queue_state(name) for name in self.dead}
        match path:
            case []:
                return 200, {}, {"items": list(queues.values()), "nextCursor": None}
            case [name] if name in queues:
                about = {"claimId": "claim-7", "requestId": "r-1"}
                head = {"id": "message-1", "sentAt": "2026-11-21T10:15:00.123+00:00", "receives": 20, "about": about}
                return 200, {}, queues[name] | {"messages": [head] * min(self.dead[name], 100)}
            case [name, "redrive"] if queues.get(name, {}).get("advice") is None and name in queues:
                moved = min(self.dead[name], 3, int(query["limit"]))
                self.dead[name] -= moved
                return 200, {}, {"name": name, "moved": moved, "left": self.dead[name]}
            case [name, "redrive"] if name in queues:
                return problem(409, "Conflict", "These messages tell of failed calls and cannot be sent again.")
        return problem(404, "Not Found", "There is no queue of this name.")

    def queue_state(self, name: str) -> dict[str, Any]:
        if name == "plan-changes":
            numbers: dict[str, Any] = {"waiting": None, "inFlight": None, "delayed": None}
            return numbers | {"name": name, "dead": self.dead[name], "advice": "Run `payerworks search drift`."}
        numbers = {"waiting": 1200, "inFlight": 2, "delayed": 0}
        return numbers | {"name": name, "dead": self.dead[name], "advice": None}

    def create_claims(self, claims: Any, key: str) -> Reply:
        if key in self.replies:
            return self.replies[key]
        errors = [
            {"pointer": f"/{number}/submitted_procedure", "message": "must be D and four digits"}
            for number, claim in enumerate(claims)
            if not any(value.startswith("D") for value in claim.values())
        ]
        if errors:
            return problem(400, "Bad Request", "Some claims are not valid.", errors)
        stored = [self.of_claims.store(claim) for claim in claims]
        self.replies[key] = 201, {"Idempotency-Replayed": "true"}, stored
        return 201, {}, stored

    def run_job(self, task_id: str) -> dict[str, Any]:
        """Runs the job at the second look at it."""
        job = next(job for job in self.jobs if job["task_id"] == task_id)
        if job["status"] == "queued":
            job.update(status="running", percent=50)
        elif job["status"] == "running":
            job.update(self.ingest(job["key"], self.objects[job["key"]]))
        return job

    def ingest(self, key: str, content: bytes) -> dict[str, Any]:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        if not rows:
            return {"status": "failed", "error": "the file has no rows"}
        if key.startswith("claims/"):
            return {"status": "completed", "percent": 100, **self.of_claims.take_file(content, rows)}
        new_people = {row["mrn"] for row in rows} - set(self.people)
        new_visits = {row["visit_account_number"] for row in rows} - set(self.visits)
        self.people |= {row["mrn"]: [row["last_name"]] for row in rows}
        self.visits |= {row["visit_account_number"]: [row["reason"]] for row in rows}
        counts = {"patients_created": len(new_people), "visits_created": len(new_visits)}
        counts |= {"rows_read": len(rows), "duplicates": len(rows) - len(new_visits)}
        return {"status": "completed", "percent": 100, **counts}


def problem(status: int, title: str, detail: str, errors: list[dict[str, str]] | None = None) -> Reply:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "errors": errors or []}
    return status, {"Content-Type": "application/problem+json"}, body


@contextmanager
def serving(service: FakeService) -> Iterator[FakeService]:
    """A FakeService behind a port of its own on loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet an answer: two would wait 40 ms for each other

        def handle_expect_100(self) -> bool:
            self.send_response_only(100)
            self.end_headers()
            self.wfile.flush()
            return True

        def handle_request(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, given, value = service.answer(self.command, self.path, headers, body)
            content = b"" if value is None else value.encode() if isinstance(value, str) else json.dumps(value).encode()
            self.send_response_only(status)
            for name, text in given.items():
                self.send_header(name, text)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_HEAD = handle_request  # noqa: N815 (the names that http.server calls)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        service.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()
