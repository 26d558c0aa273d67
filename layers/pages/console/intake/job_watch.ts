/** Follow a job to its end: often while it moves, less often while it stands still. */
import { useEffect, useState } from "preact/hooks";
import { call } from "../api/call";
import { asProblem, isAbort, type Problem } from "../api/problem";
import type { Schema } from "../api/types";

export type Job = Schema<"IngestJob">;

const FIRST_MS = 1000;
const LONGEST_MS = 15_000;
const SLOWER = 1.5;

export const hasEnded = ({ status }: Job): boolean => status === "completed" || status === "failed";

interface Seen {
  at: number;
  rows: number;
  percent: number;
}

/** Rows a second, and seconds left. */
export interface Pace {
  speed: number;
  left: number;
}

export interface Watched {
  job: Job | undefined;
  problem: Problem | undefined;
  pace: Pace | undefined;
  reload: () => void;
}

/** The job of an id, or of a file's key as soon as there is one. */
export function useJob(of: { id: string } | { key: string }): Watched {
  const [state, setState] = useState<{ job?: Job; problem?: Problem; first?: Seen; last?: Seen }>({});
  const [round, setRound] = useState(0);
  useEffect(() => {
    const ended = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let pauseMs = FIRST_MS;
    let text = "";
    const poll = async () => {
      let job: Job | undefined;
      try {
        job = await read(of, ended.signal);
        const next = JSON.stringify(job);
        pauseMs = next === text ? Math.min(pauseMs * SLOWER, LONGEST_MS) : FIRST_MS;
        text = next;
        setState((before) => (job ? seen(before, job) : {}));
      } catch (error) {
        if (isAbort(error)) return;
        pauseMs = Math.min(pauseMs * 2, LONGEST_MS);
        const problem = asProblem(error);
        setState((before) => ({ ...before, problem }));
        if (!problem.isPassing) return;
      }
      if (!job || !hasEnded(job)) timer = setTimeout(whenSeen, pauseMs);
    };
    // A page that nobody looks at does not poll.
    const whenSeen = () => {
      if (!document.hidden) poll();
      else document.addEventListener("visibilitychange", whenSeen, { once: true });
    };
    poll();
    return () => {
      ended.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", whenSeen);
    };
  }, [JSON.stringify(of), round]);
  const { job, problem, first, last } = state;
  return {
    job,
    problem,
    pace: job && !hasEnded(job) ? paceOf(first, last) : undefined,
    reload: () => setRound(round + 1),
  };
}

async function read(of: { id: string } | { key: string }, signal: AbortSignal): Promise<Job | undefined> {
  if ("id" in of) return (await call("get", "/ingest/{task_id}", { ids: [of.id], signal })).data;
  return (await call("get", "/ingest", { query: { key: of.key, limit: 1 }, signal })).data.items[0];
}

function seen(before: { first?: Seen; last?: Seen }, job: Job): { job: Job; first?: Seen; last?: Seen } {
  if (job.status !== "running") return { job };
  const now = { at: Date.now(), rows: job.rows_read, percent: job.percent };
  return { job, first: before.first ?? now, last: now };
}

/** By what this page has seen itself: the clocks of the service and of this machine may differ. */
function paceOf(first: Seen | undefined, last: Seen | undefined): Pace | undefined {
  if (!first || !last || last.rows <= first.rows || last.percent <= first.percent) return undefined;
  const seconds = (last.at - first.at) / 1000;
  return {
    speed: (last.rows - first.rows) / seconds,
    left: (seconds * (100 - last.percent)) / (last.percent - first.percent),
  };
}
