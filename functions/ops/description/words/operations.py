"""Words of running the system: health, queues, drift checks and reindexing."""

from ops.description.words.everywhere import MOMENT
from ops.description.words.word import Words

JOB_ID = "5f0c1d2e3b4a6978"
_DRIFTED = {"count": 1, "ids": ["12xvxc345ssdsds-508"]}

OPERATIONS: Words = {
    # Health
    "Health.status": ("`down` if any part is down, `unknown` if it could not be found out.", "up"),
    "dependencies": (
        "Each server that the API depends on, with how it answered.",
        {"dynamodb": {"status": "up", "latency_ms": 4.2}},
    ),
    "consumers": "Whether a function reads from each queue and stream, by the queue's name.",
    "search": "What searches read, and how far the plan index lags behind the table.",
    "engine": ("What searches read; without OpenSearch they find less, and say so.", "opensearch"),
    "Dependency.status": "How the server answered; `off` if the stack has none.",
    "latency_ms": ("Milliseconds that the answer took; null without an answer.", 4.2),
    "lag_ms": (
        "At most so many milliseconds passed from the last indexed commit until it was found; null if unknown.",
        850,
    ),
    "SearchState.waiting": (
        "Changes that are not indexed yet, dead letters included; null if SQS does not answer or nothing is indexed.",
        0,
    ),
    "Liveness.status": "Always `up`.",
    # Queues
    **{
        f"{model}.name": ("What the queue is called, as in its path.", "claim-totals")
        for model in ("QueueState", "QueueDetails", "Redriven")
    },
    "waiting": ("Messages that wait to be received; approximate, null for a queue of failed calls.", 0),
    "inFlight": ("Messages that a function is working on; approximate, null for a queue of failed calls.", 0),
    "delayed": ("Messages that wait for their next try; approximate, null for a queue of failed calls.", 0),
    "dead": ("Messages whose last try failed; approximate.", 1),
    "advice": ("What to do about dead messages that cannot be sent again; null where they can.", None),
    "messages": "The heads of up to 100 dead messages.",
    "DeadMessage.id": ("The message's id in SQS.", "0c9b8a7d-6e5f-4a3b-9c2d-1e0f9a8b7c6d"),
    "sentAt": ("When the message was first sent: ISO 8601 in UTC.", "2026-11-29T10:15:00.123Z"),
    "receives": ("How many times it was received, by this call too.", 9),
    "about": "The identifiers in the message, if they belong to the caller's tenant.",
    "RedriveQuery.limit": ("How many messages to send back at most.", 1000),
    "moved": ("How many messages this call sent back.", 1),
    "left": ("How many dead messages are left; approximate.", 0),
    # Jobs of the search indexes
    "DriftCheck.id": ("Identifies the check.", JOB_ID),
    "Reindex.id": ("Identifies the reindex.", JOB_ID),
    "index": ("The index that it is about.", "plans"),
    "DriftCheck.status": "How far it is; start a new one if it has `failed`, or `stalled` for half an hour.",
    "Reindex.status": "How far it is; start a new one if it has `failed`, or `stalled` for half an hour.",
    "startedAt": ("When it began: ISO 8601 in UTC.", MOMENT),
    "updatedAt": ("When it last made progress: ISO 8601 in UTC.", MOMENT),
    "finishedAt": ("When it ended: ISO 8601 in UTC; null before.", None),
    "DriftCheck.error": (None, None),
    "Reindex.error": (None, None),
    "repair": "Whether what drifted is indexed again.",
    "checked": (None, 120),
    "missing": ("What the index does not have.", _DRIFTED),
    "stale": ("What the index has in another state than the table.", _DRIFTED),
    "orphaned": ("What only the index has.", _DRIFTED),
    "DriftCheck.refused": ("What OpenSearch took without some search fields; a repair cannot change that.", _DRIFTED),
    "repaired": (None, 3),
    "ids": ("The ids of the first thousand.", ["12xvxc345ssdsds-508"]),
    "Reindex.step": "What the reindex is doing.",
    "Reindex.plans": (None, 120),
    "Reindex.patients": (None, 0),
    "documents": (None, 980),
    "Reindex.refused": "What OpenSearch took without some search fields, so that a search may not find it.",
    "Refused.count": (None, 0),
    "Refused.ids": (None, []),
}
