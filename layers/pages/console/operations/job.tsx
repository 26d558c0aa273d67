/** A background job of the search indexes: loaded again while it runs; none yet is a 404. */
import { useEffect, useState } from "preact/hooks";
import { type Loaded, useGet } from "../api/hooks";
import type { Answer } from "../api/types";
import { Empty, Loading } from "../parts/states";
import type { Index } from "./search_page";

const POLL_MS = 2000;

type JobPath = "/admin/search/drift" | "/admin/search/reindex";
type Job<P extends JobPath> = Answer<"get", P>;

export function useJob<P extends JobPath>(path: P, index: Index): Loaded<Job<P>> {
  const [isRunning, setRunning] = useState(false);
  const loaded = useGet<JobPath>(path, { query: { index }, ...(isRunning ? { pollMs: POLL_MS } : {}) });
  const runs = loaded.data?.status === "running";
  useEffect(() => setRunning(runs), [runs]);
  return loaded as Loaded<Job<P>>;
}

export function JobState<T>({
  from,
  none,
  children,
}: {
  from: Loaded<T>;
  none: string;
  children: (job: T) => preact.ComponentChildren;
}) {
  if (from.problem?.status === 404 && from.data === undefined) return <Empty title={none} />;
  return <Loading from={from}>{children}</Loading>;
}
