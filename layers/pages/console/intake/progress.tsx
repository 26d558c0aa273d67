/** A bar of what is done, with its numbers as text. */
import { count } from "../parts/values";
import type { Job, Pace } from "./job_watch";
import { hasEnded } from "./job_watch";
import { counted, span } from "./job_words";

export function Progress({ label, percent, note }: { label: string; percent: number; note: string }) {
  return (
    <div class="progress">
      <progress aria-label={label} max={100} value={percent} />
      <p class="is-number">{note}</p>
    </div>
  );
}

export function JobProgress({ job, pace }: { job: Job; pace: Pace | undefined }) {
  if (hasEnded(job)) return null;
  const parts = [
    `${Math.floor(job.percent)} %`,
    counted(job.rows_read, "row"),
    ...(pace ? [`${count(Math.round(pace.speed))} rows/s`, `${span(pace.left)} left`] : []),
  ];
  return (
    <Progress
      label="How much of the file is loaded"
      percent={job.percent}
      note={job.status === "queued" ? "Waiting for its turn" : parts.join(" · ")}
    />
  );
}
