/** The rejects or the duplicates of a job, as CSV. */
import { useEffect, useState } from "preact/hooks";
import { address, sendAsUser } from "../api/call";
import type { Loaded } from "../api/hooks";
import { asProblem, isAbort, type Problem } from "../api/problem";

/**
 * Load a list of a job's rows, again when `version` changes, such as the job's status. A long list comes from S3, to
 * which the API redirects.
 */
export function useRowList(
  id: string,
  list: "rejects" | "duplicates",
  version: string | undefined,
): Pick<Loaded<string>, "data" | "problem" | "reload"> {
  const [state, setState] = useState<{ data?: string; problem?: Problem }>({});
  const [round, setRound] = useState(0);
  useEffect(() => {
    const ended = new AbortController();
    if (version === undefined) return;
    const load = async () => {
      try {
        const path = address(`/ingest/{task_id}/${list}`, [id], {});
        const answer = await sendAsUser({ method: "GET", path, signal: ended.signal, isRepeatable: true });
        setState({ data: await answer.text() });
      } catch (error) {
        if (!isAbort(error)) setState({ problem: asProblem(error) });
      }
    };
    load();
    return () => ended.abort();
  }, [id, list, version, round]);
  return { data: state.data, problem: state.problem, reload: () => setRound(round + 1) };
}

/** Give a text to the browser as a file to keep. */
export function save(text: string, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
