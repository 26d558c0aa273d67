/** Calls of the API as the logged-in user. */
import { accessToken, renewed } from "../session/session";
import { Problem } from "./problem";
import { type Sent, send } from "./send";
import type { Answer, Body, Method, Path, Query } from "./types";

export interface Options<M extends Method, P extends Path<M>> {
  /** The values of the path's `{parameters}`, in their order. */
  ids?: readonly string[];
  query?: Query<M, P>;
  body?: Body<M, P>;
  mediaType?: string;
  ifMatch?: string | undefined;
  ifNoneMatch?: string | undefined;
  /** Makes a POST repeatable: the same for every try of one thing that the user does. */
  idempotencyKey?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export interface Answered<T> {
  status: number;
  /** The body; of a 304 and a 204 there is none. */
  data: T;
  etag: string | undefined;
  headers: Headers;
}

/** Call an operation. Raises Problem, or AbortError if `signal` ends the call. */
export async function call<M extends Method, P extends Path<M>>(
  method: M,
  path: P,
  options: Options<M, P> = {},
): Promise<Answered<Answer<M, P>>> {
  const answer = await sendAsUser({
    method: method.toUpperCase(),
    path: address(path, options.ids ?? [], options.query ?? {}),
    headers: headersOf(options),
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    signal: options.signal,
    isRepeatable: method !== "post" || options.idempotencyKey !== undefined,
  });
  // An answer without a body can still name a content type.
  const isJson = ![204, 304].includes(answer.status) && answer.headers.get("Content-Type")?.includes("json");
  return {
    status: answer.status,
    data: isJson ? await answer.json() : undefined,
    etag: answer.headers.get("ETag") ?? undefined,
    headers: answer.headers,
  };
}

/** Send with the user's token; once more with a new one if it is refused, since it may have just ended. */
export async function sendAsUser(sent: Sent): Promise<Response> {
  const token = await accessToken();
  const withToken = (current: string): Sent => ({
    ...sent,
    headers: { ...sent.headers, Authorization: `Bearer ${current}` },
  });
  try {
    return await send(withToken(token));
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
    return send(withToken(await renewed(token)));
  }
}

/** A path with its ids and its query; parameters without a value are left out. */
export function address(path: string, ids: readonly string[], query: object): string {
  let next = 0;
  const filled = path.replace(/\{[^}]+\}/g, () => encodeURIComponent(ids[next++] ?? ""));
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text ? `${filled}?${text}` : filled;
}

function headersOf<M extends Method, P extends Path<M>>(options: Options<M, P>): Record<string, string> {
  return {
    ...(options.body === undefined ? {} : { "Content-Type": options.mediaType ?? "application/json" }),
    ...(options.ifMatch ? { "If-Match": options.ifMatch } : {}),
    ...(options.ifNoneMatch ? { "If-None-Match": options.ifNoneMatch } : {}),
    ...(options.idempotencyKey ? { "Idempotency-Key": options.idempotencyKey } : {}),
    ...options.headers,
  };
}
