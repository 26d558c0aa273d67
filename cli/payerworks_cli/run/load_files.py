"""Put CSV files into the intake bucket and follow their jobs to the end."""

from pathlib import Path

from payerworks_cli.api import Api
from payerworks_cli.errors import IngestFailed
from payerworks_cli.intake.ingest_job import job_of, outcome
from payerworks_cli.intake.job_progress import Upload, follow
from payerworks_cli.run.intake_bucket import IntakeBucket
from payerworks_cli.terminal import Terminal
from payerworks_cli.timeouts import Timeouts


def load_files(
    api: Api, bucket: IntakeBucket, folder: str, files: list[Path], terminal: Terminal, timeouts: Timeouts
) -> list[Upload]:
    """Upload every file under a folder of the bucket (`patients`, `claims`) and wait for the ends of their jobs.

    Raises IngestFailed if one failed.
    """
    with terminal.part(f"{folder}/") as part:
        uploads = [_upload(api, bucket, f"{folder}/{path.name}", path) for path in files]
        with terminal.bars() as bars:
            follow(api, uploads, bars, timeouts)
        for upload in uploads:
            if upload.job and not upload.job.failed:
                rejects = f" (payerworks jobs rejects {upload.job.task_id})" if upload.job.rejected else ""
                part.say(f"{upload.path.name}: {outcome(upload.job)}{rejects}")
    failed = [f"{upload.path.name}: {upload.job.reason}" for upload in uploads if upload.job and upload.job.failed]
    if failed:
        raise IngestFailed("The service could not ingest " + "; ".join(failed))
    return uploads


def _upload(api: Api, bucket: IntakeBucket, key: str, path: Path) -> Upload:
    earlier = {job.task_id: job for job in map(job_of, api.items("/ingest", params={"key": key}))}
    return Upload(key, path, bucket.put(key, path), earlier)
