/** One HTTPS call, with retries: what all calls of the page pass through. */
import { lost, watch } from "./connection";
import { asProblem, isAbort, Problem, problemOf } from "./problem";

/** The folder of this page: the API's base URL on any stage or domain. */
export const BASE = new URL(".", location.href.split("#")[0]).href;

const TRIES = 4;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
const TIMEOUT_MS = 35_000; // the gateway gives up after 29 s

export interface Sent {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: BodyInit;
  signal?: AbortSignal | undefined;
  /** Whether a repeat does no harm, so that a call without an answer may be sent again. */
  isRepeatable: boolean;
}

/** The answer to a call if its status says success, 304 too. Raises Problem, or AbortError if `signal` ends it. */
export async function send(call: Sent): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await sendOnce(call);
      lost(false);
      return answer;
    } catch (error) {
      if (isAbort(error)) throw error;
      const problem = asProblem(error);
      lost(problem.status === 0);
      const mayRepeat = call.isRepeatable ? problem.isPassing : problem.status === 429;
      if (!mayRepeat || attempt === TRIES) throw problem;
      await pause(problem.retryAfter, attempt, call.signal);
    }
  }
}

async function sendOnce({ method, path, headers, body, signal }: Sent): Promise<Response> {
  const ended = watch();
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const answer = await fetch(new URL(path.replace(/^\//, ""), BASE), {
      method,
      headers: headers ?? {},
      ...(body === undefined ? {} : { body }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      cache: "no-store",
    });
    if (answer.ok || answer.status === 304) return answer;
    throw await problemOf(answer);
  } catch (error) {
    if (error instanceof Problem || signal?.aborted) throw error;
    throw new Problem(0, "No connection", "The API cannot be reached. Nothing you entered is lost.");
  } finally {
    ended();
  }
}

/** Wait as long as the server asks, else longer each time; with a random part, so that pages do not call in step. */
export function pauseMs(retryAfter: number | null, attempt: number): number {
  const wanted = retryAfter === null ? FIRST_PAUSE_MS * 2 ** (attempt - 1) : retryAfter * 1000;
  return Math.min(wanted * (0.75 + Math.random() / 2), LONGEST_PAUSE_MS);
}

function pause(retryAfter: number | null, attempt: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, pauseMs(retryAfter, attempt));
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("The call was ended.", "AbortError"));
    });
  });
}
