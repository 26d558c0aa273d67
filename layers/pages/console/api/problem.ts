/** What can go wrong with a call: an answer of the API that is a problem (RFC 9457), or no answer at all. */

export interface Fault {
  pointer: string;
  message: string;
}

export class Problem extends Error {
  /** `status` is 0 if there was no answer; `members` are the problem's other members. */
  constructor(
    readonly status: number,
    readonly title: string,
    detail: string,
    readonly faults: readonly Fault[] = [],
    readonly requestId = "",
    readonly members: Readonly<Record<string, unknown>> = {},
    readonly retryAfter: number | null = null,
  ) {
    super(detail);
  }

  /** Whether the same call may succeed later. */
  get isPassing(): boolean {
    return [0, 429, 502, 503, 504].includes(this.status);
  }

  /** The messages about one member of the body, and about what is in it. */
  about(pointer: string): string[] {
    return this.faults
      .filter((fault) => fault.pointer === pointer || fault.pointer.startsWith(`${pointer}/`))
      .map((fault) => fault.message);
  }
}

const RETRY_SECONDS = 2;

export async function problemOf(answer: Response): Promise<Problem> {
  const body = await answer.json().catch(() => ({}));
  const { title, detail, errors, requestId, status: _status, type: _type, ...members } = body;
  const isLater = answer.status === 429 || answer.status === 503;
  return new Problem(
    answer.status,
    title ?? "Unexpected answer",
    detail ?? `The server answered ${answer.status}.`,
    errors ?? [],
    requestId ?? answer.headers.get("X-Request-Id") ?? "",
    members,
    isLater ? Number(answer.headers.get("Retry-After")) || RETRY_SECONDS : null,
  );
}

export const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === "AbortError";

/** Any thrown value as a Problem. What is no failed call is a fault of this page: it goes to the browser's console too. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  console.error(error);
  return new Problem(-1, "Fault of this page", error instanceof Error ? error.message : String(error));
}
