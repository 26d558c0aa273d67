"""What `payerworks run` prints of its input and of its results."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from payerworks_cli.deployment import Deployment
from payerworks_cli.intake.ingest_job import IngestJob
from payerworks_cli.patients.patient import PATIENT
from payerworks_cli.run.accounts import Statuses
from payerworks_cli.run.directory import DirectoryWalk
from payerworks_cli.run.input_files import InputFiles
from payerworks_cli.run.payment_wait import Payments
from payerworks_cli.run.post_claims import PostedClaims
from payerworks_cli.run.read_back import ReadBack
from payerworks_cli.run.store_plans import Outcome, StoredPlan
from payerworks_cli.stack_outputs import read_stack
from payerworks_cli.terminal import Terminal, counted


@dataclass
class RunResult:
    """What the run did.

    `plans_found` is None if no plan had a text to search for.
    """

    plans: list[StoredPlan]
    posted: PostedClaims
    jobs: list[IngestJob]
    payments: Payments
    read: ReadBack
    voided: list[str]
    changes_of_first_plan: int
    plans_found: int | None
    plans_compared: int
    plans_checked: int
    accounts: dict[str, Statuses]
    directory: DirectoryWalk | None = None

    @property
    def plans_created(self) -> int:
        return sum(plan.outcome is Outcome.CREATED for plan in self.plans)

    @property
    def rejected(self) -> int:
        return sum(job.rejected for job in self.jobs)

    @property
    def changed(self) -> bool:
        stored = self.plans_created > 0 or self.posted.stored > 0 or any(job.changes for job in self.jobs)
        return stored or bool(self.voided) or (self.directory is not None and self.directory.changed)


def show_files(files: InputFiles, terminal: Terminal) -> None:
    """Each file with its content, or why it is skipped."""
    terminal.line(f"Taking in {files.folder}", style="bold")
    taken = [(files.name(file), file.content) for file in files.taken]
    terminal.pairs(taken + [(files.name(file), f"skipped because {file.reason}") for file in files.skipped])


def show_result(result: RunResult, terminal: Terminal) -> None:
    """The changes, or that nothing changed, the number of rejected rows, and the time of each part."""
    terminal.heading("Done")
    terminal.line(_changes(result) if result.changed else _nothing_changed(result))
    if kept := sum(plan.outcome is Outcome.KEPT for plan in result.plans):
        verbs = "differs from its file and was" if kept == 1 else "differ from their files and were"
        terminal.line(f"{counted(kept, 'plan')} {verbs} left; `{terminal.command('plans replace FILE')}` takes it")
    if result.rejected:
        terminal.line(
            f"rejected: {counted(result.rejected, 'row')}; `{terminal.command('jobs rejects ID')}` lists those of a job"
        )
    times = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in terminal.seconds.items())
    terminal.line(f"time: {times}")


def _changes(result: RunResult) -> str:
    jobs = result.jobs
    counts = (
        (result.plans_created, "plan", "created"),
        (result.posted.stored + sum(job.claims_created for job in jobs), "claim", "stored"),
        (len(result.voided), "claim", "made void"),
        (sum(job.patients_created for job in jobs), "patient", "created"),
        (sum(job.patients_updated for job in jobs), "patient", "updated"),
        (sum(job.visits_created for job in jobs), "visit", "created"),
        *_changes_of_directory(result.directory),
    )
    return "changed: " + ", ".join(f"{counted(number, noun)} {verb}" for number, noun, verb in counts if number)


def _changes_of_directory(walk: DirectoryWalk | None) -> tuple[tuple[int, str, str], ...]:
    if walk is None:
        return ()
    return (
        *((1, f"{kind} of the directory", "made") for kind in walk.created),
        (walk.steps, "validation step", "taken"),
        (int(walk.condition_written), "condition", "written"),
        (int(walk.booked), "appointment", "booked"),
    )


def _nothing_changed(result: RunResult) -> str:
    rows, posted = sum(job.rows_read for job in result.jobs), result.posted.already_there
    plans = sum(plan.outcome is Outcome.UNCHANGED for plan in result.plans)
    parts = [
        f"{counted(plans, 'plan')} unchanged" if plans else "",
        f"{counted(posted, 'claim')} already there" if posted else "",
        f"{counted(rows, 'row')} brought nothing new" if result.jobs else "",
    ]
    told = ", ".join(text for text in parts if text)
    return f"nothing changed: {told}" if told else "nothing changed"


def show_where(
    deployment: Deployment, stack_dir: Path | None, files: InputFiles, result: RunResult, terminal: Terminal
) -> None:
    """The addresses, files and commands that show the same; $API and $TOKEN are what `payerworks env` sets."""
    terminal.heading("Where to look")
    rows = [("the API", deployment.api_url), ("its health", "$API/health"), ("its operations", "$API/openapi.json")]
    rows += [("the plan", f"$API{plan.path}") for plan in result.plans[:1]]
    rows += [("a claim", f"$API/claims/{result.read.claim.id}")] if result.read.claim else []
    rows += [("providers", "$API/top-provider-npis"), ("the registry", "$API/patients")]
    rows += [("the patient", f"$API{PATIENT.path_of(walk.people['patient'])}")] if (walk := result.directory) else []
    rows += [("a job", f"$API/ingest/{job.task_id}") for job in result.jobs[:1]]
    bucket = ""
    if stack_dir:
        stack = read_stack(stack_dir)
        search, bucket = (stack.opensearch_url or "").rstrip("/"), f" and s3://{stack.intake_bucket}"
        rows += [("the index", f"{search}/_cat/indices?v")] if search else []
    rows += [("the files", f"{files.folder}{bucket}")]
    if deployment.make:
        rows += [("the logs", f"{deployment.make} logs")]
    terminal.pairs(rows)
    terminal.line(f'`eval "$({terminal.command("env")})"` sets $API, and $TOKEN, which most of these need.')


def files_json(files: InputFiles) -> list[dict[str, str]]:
    """The same as show_files, for scripts."""
    taken = [{"file": files.name(file), "kind": file.kind.value, "content": file.content} for file in files.taken]
    return taken + [{"file": files.name(file), "skipped": file.reason} for file in files.skipped]


def summary(result: RunResult, files: InputFiles, terminal: Terminal) -> dict[str, Any]:
    """The JSON object of a run that went well."""
    payment = result.payments.example
    return {
        "ok": True,
        "changed": result.changed,
        "files": files_json(files),
        "plans": [{"objectId": plan.plan_id, "outcome": plan.outcome.value} for plan in result.plans],
        "claims": asdict(result.posted),
        "ingest": [job.model_dump() for job in result.jobs],
        "claims_by_status": result.payments.counts,
        "paid": result.payments.paid,
        "payment": payment and payment.model_dump(by_alias=True),
        "voided": result.voided,
        "patients_total": result.read.patients,
        "plan_etag": result.read.etag,
        "top_providers": [total.model_dump() for total in result.read.top_providers],
        "changes_of_first_plan": result.changes_of_first_plan,
        "plans_found_by_text": result.plans_found,
        "plans_found_by_search": result.plans_compared,
        "plans_checked_for_drift": result.plans_checked,
        "accounts": result.accounts,
        "directory": result.directory and result.directory.as_json(),
        "seconds": terminal.seconds,
    }
