"""The entries of the audit of a chunk's rows: whose data the job wrote, in up to 100 subjects an entry.

Why each patient whose data a chunk writes is named, and once, however often the chunk runs:

1. Before data is written, whose it is is announced: an entry without outcome, which is delivered after the worker's
   time is over. Without it nothing is written. After the write, the same entry is handed over with its outcome, before
   the chunk is counted.
2. An entry names whose data the job writes or has written, not only this run of a chunk: visits, patients and claims
   name the job of the rows that wrote them. So a run that died and the next one announce the same, in the same order.
3. The id of an entry is a hash of job, chunk and subjects, and the ledger has one entry for each id.
       run 1 announces M1 … M100, writes M1 … M40 and dies; run 2 announces and concludes M1 … M100: one entry
4. Only if another file wrote one of them between the two runs, what the job has written is something else:
       run 1 announces M1 … M100 and dies; another file adds the visit of M7; run 2 concludes all but M7: two entries
   Then the first one stays without outcome: nobody knows what run 1 had written, and nothing is lost.
5. Rows that change nothing are in no entry, so a file that is sent again makes none.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict

from intake.jobs.jobs import FileJob
from intake.jobs.splitting import Chunk
from payerworks.audit import MOST_SUBJECTS, Trail
from payerworks.messages import send
from payerworks.parts import parts
from payerworks.settings import settings

OPERATION = "on_chunk_queued"
ANNOUNCED_SECONDS = 240
"""The delay of an announcement: twice as long as a worker runs (Timeout of OnChunkQueued in template.yaml)."""
DONE = 200


class RowTrail:
    """Notes whose data the rows of a chunk write."""

    def __init__(self, job: FileJob, chunk: Chunk) -> None:
        self._job, self._chunk = job, chunk
        self._named: set[str] = set()
        self._announced: list[Trail] = []

    def announce(self, kind: str, ids: Iterable[str]) -> None:
        """Hand over that data of these is about to be written, by kind as in Trail.concern. Raises ConnectionError."""
        new = [each for each in dict.fromkeys(ids) if each not in self._named]
        trails = [self._trail(kind, some) for some in parts(new, MOST_SUBJECTS)]
        _hand_over(trails, None, ANNOUNCED_SECONDS)
        self._named.update(new)
        self._announced += trails

    def conclude(self) -> None:
        """Hand over that all that was announced is written. Raises ConnectionError."""
        _hand_over(self._announced, DONE)
        self._announced = []

    def _trail(self, kind: str, ids: list[str]) -> Trail:
        job, number = self._job, str(self._chunk.number)
        facts = {
            "tenant": job.tenant,
            "call": hashlib.blake2b("\0".join((job.task_id, number, *ids)).encode(), digest_size=16).hexdigest(),
            "operation": OPERATION,
            "access": "write",
            "path": {"task_id": job.task_id, "chunk": number},
            **asdict(job.uploader),
        }
        trail = Trail(facts)
        trail.concern(kind, *ids)
        return trail


def _hand_over(trails: Iterable[Trail], outcome: int | None, delay_seconds: int = 0) -> None:
    send(settings().queues["audit_entries"], (trail.message(outcome) for trail in trails), delay_seconds)
