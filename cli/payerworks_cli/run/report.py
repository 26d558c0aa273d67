"""What `payerworks run` says of its input and of what it did."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from payerworks_cli.intake.ingest_job import Job
from payerworks_cli.intake.job_progress import Upload
from payerworks_cli.run.input_files import InputFiles
from payerworks_cli.run.payment_wait import Settled
from payerworks_cli.run.post_claims import ClaimsPosted
from payerworks_cli.run.read_back import ReadBack
from payerworks_cli.run.store_plans import Outcome, StoredPlan
from payerworks_cli.stack_outputs import Stack
from payerworks_cli.terminal import Terminal, counted


@dataclass(frozen=True)
class IndexSeen:
    """Plans that a search by text found (None: no text to search for), that were compared, and that were checked."""

    found: int | None
    compared: int
    checked: int


@dataclass
class Done:
    """What the run did."""

    plans: list[StoredPlan]
    claims: ClaimsPosted
    uploads: list[Upload]
    settled: Settled
    read: ReadBack
    voided: list[str]
    index: IndexSeen
    changes_of_first_plan: int

    @property
    def jobs(self) -> list[Job]:
        return [upload.job for upload in self.uploads if upload.job]

    @property
    def plans_created(self) -> int:
        return sum(plan.outcome is Outcome.CREATED for plan in self.plans)

    @property
    def changed(self) -> bool:
        stored = self.plans_created > 0 or self.claims.stored > 0 or any(job.changes for job in self.jobs)
        return stored or bool(self.voided)


def tell_files(files: InputFiles, terminal: Terminal) -> None:
    """Each file with what is in it, or why it is skipped."""
    terminal.line(f"Taking in {files.folder}", style="bold")
    taken = [(files.name(file), file.content) for file in files.taken]
    terminal.pairs(taken + [(files.name(file), f"skipped because {file.reason}") for file in files.skipped])


def tell_done(done: Done, terminal: Terminal) -> None:
    """One line of what changed, or that nothing did, and one of how long each part took."""
    terminal.heading("Done")
    terminal.line(_changes(done) if done.changed else _nothing_changed(done))
    times = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in terminal.seconds.items())
    terminal.line(f"time: {times}")


def _changes(done: Done) -> str:
    counts = (
        (done.plans_created, "plan", "created"),
        (done.claims.stored + sum(job.claims_created for job in done.jobs), "claim", "stored"),
        (len(done.voided), "claim", "made void"),
        (sum(job.patients_created for job in done.jobs), "patient", "created"),
        (sum(job.patients_updated for job in done.jobs), "patient", "updated"),
        (sum(job.visits_created for job in done.jobs), "visit", "created"),
    )
    return "changed: " + ", ".join(f"{counted(number, noun)} {verb}" for number, noun, verb in counts if number)


def _nothing_changed(done: Done) -> str:
    said = [
        f"{counted(len(done.plans), 'plan')} unchanged" if done.plans else "",
        f"{counted(done.claims.already_there, 'claim')} already there" if done.claims.already_there else "",
        f"{counted(sum(job.rows_read for job in done.jobs), 'row')} brought nothing new" if done.jobs else "",
    ]
    return "nothing changed: " + ", ".join(text for text in said if text)


def tell_where(stack: Stack, stack_dir: Path, files: InputFiles, done: Done, terminal: Terminal) -> None:
    """URLs, files and commands that show the same."""
    api, search = stack.api_url.rstrip("/"), (stack.opensearch_url or "").rstrip("/")
    terminal.heading("Where to look")
    rows = [("the API", f"{api}/openapi.json"), ("its health", f"{api}/health")]
    rows += [("the plan", api + plan.path) for plan in done.plans[:1]]
    rows += [("a claim", f"{api}/claims/{done.claims.first_claim}")] if done.claims.first_claim else []
    rows += [("providers", f"{api}/top-provider-npis"), ("patients", f"{api}/patients")]
    rows += [("a job", f"{api}/ingest/{upload.job.task_id}") for upload in done.uploads[:1] if upload.job]
    rows += [("the index", f"{search}/_cat/indices?v")] if search else []
    rows += [("the files", f"{files.folder} and s3://{stack.intake_bucket}")]
    login = f"POST {api}/auth/login as admin of {stack_dir / 'outputs.json'}; all but the first two ask for one"
    rows += [("the logs", "make logs"), ("a token", login)]
    terminal.pairs(rows)


def files_json(files: InputFiles) -> list[dict[str, str]]:
    """The same as tell_files, for scripts."""
    taken = [{"file": files.name(file), "kind": file.kind.value, "content": file.content} for file in files.taken]
    return taken + [{"file": files.name(file), "skipped": file.reason} for file in files.skipped]


def summary(done: Done, files: InputFiles, terminal: Terminal) -> dict[str, Any]:
    """What --json prints of a run that went well."""
    read = done.read
    return {
        "ok": True,
        "changed": done.changed,
        "files": files_json(files),
        "plans": [{"objectId": plan.plan_id, "outcome": plan.outcome.value} for plan in done.plans],
        "claims": asdict(done.claims),
        "ingest": [{"key": upload.key, **upload.job.model_dump()} for upload in done.uploads if upload.job],
        "claims_by_status": done.settled.counts,
        "paid": done.settled.paid,
        "payment": done.settled.payment and done.settled.payment.model_dump(by_alias=True),
        "voided": done.voided,
        "patients_total": read.patients,
        "plan_etag": read.etag,
        "top_providers": [row.model_dump() for row in read.top_providers],
        "changes_of_first_plan": done.changes_of_first_plan,
        "plans_found_by_text": done.index.found,
        "plans_found_by_search": done.index.compared,
        "plans_checked_for_drift": done.index.checked,
        "seconds": terminal.seconds,
    }
