/** What became of a job's rows, in words. */
import { count } from "../parts/values";
import type { Job } from "./job_watch";

export const fileName = (key: string): string => key.slice(key.lastIndexOf("/") + 1);

const ROWS_TO_SHOW_SPEED = 1000; // with fewer, it would be that of a function's start

export const counted = (number: number, noun: string): string => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;

/** The counts of a job that say something, with their names. */
export function countsOf(job: Job): (readonly [string, number])[] {
  const ofKind: (readonly [string, number])[] =
    job.kind === "claims"
      ? [["Claims stored", job.claims_created]]
      : [
          ["Patients created", job.patients_created],
          ["Patients updated", job.patients_updated],
          // Each visit of a known patient counts as one: beside visits they would only confuse.
          ...(job.visits_created ? [] : [["Patients unchanged", job.patients_unchanged] as const]),
          ["Visits created", job.visits_created],
        ];
  return [
    ["Rows read", job.rows_read],
    ...ofKind,
    ["Duplicates", job.duplicates],
    ["Rejected", job.rejected],
    ...(job.blank ? [["Blank rows skipped", job.blank] as const] : []),
  ];
}

/** How long the service worked on a job, and how fast; undefined until it has ended. */
export function durationOf({ started_at, finished_at, rows_read }: Job): string | undefined {
  if (!started_at || !finished_at) return undefined;
  const seconds = (Date.parse(finished_at) - Date.parse(started_at)) / 1000;
  const speed =
    seconds > 0 && rows_read >= ROWS_TO_SHOW_SPEED ? `, ${count(Math.round(rows_read / seconds))} rows/s` : "";
  return `${span(seconds)}${speed}`;
}

/** Seconds as people say them: `1.5 s`, `42 s`, `3 min 5 s`, `2 h 10 min`. */
export function span(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** A line about a job that is still running or just ended. */
export function outcome(job: Job): string {
  const told = countsOf(job)
    .slice(1)
    .filter(([, number]) => number > 0)
    .map(([name, number]) => `${name.toLowerCase()}: ${count(number)}`);
  return [`${counted(job.rows_read, "row")} read`, ...told].join(", ");
}
