/** What components call the API with: loading, lists by cursor, polling, and actions. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { newId } from "../session/session";
import { type Answered, call, type Options } from "./call";
import { asProblem, isAbort, type Problem } from "./problem";
import { pauseMs } from "./send";
import type { Answer, Path, Query } from "./types";

export interface Loaded<T> {
  /** The last answer; it stays while another is loaded. */
  data: T | undefined;
  etag: string | undefined;
  problem: Problem | undefined;
  isLoading: boolean;
  reload: () => void;
}

/** Load with GET, and again when path, ids or query change; `null` for a path loads nothing. */
export function useGet<P extends Path<"get">>(
  path: P | null,
  options: Options<"get", P> & { pollMs?: number } = {},
): Loaded<Answer<"get", P>> {
  const { pollMs } = options;
  const key = path === null ? null : JSON.stringify([path, options.ids, options.query]);
  const [state, setState] = useState<{ key: string | null; answer?: Answered<Answer<"get", P>>; problem?: Problem }>({
    key: null,
  });
  const [isLoading, setLoading] = useState(key !== null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (path === null) return;
    const ended = new AbortController();
    let failures = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = async () => {
      setLoading(true);
      try {
        const answer = await call("get", path, { ...options, signal: ended.signal });
        failures = 0;
        setState({ key, answer });
      } catch (error) {
        if (isAbort(error)) return;
        failures += 1;
        setState((before) => ({ ...(before.key === key ? before : { key }), problem: asProblem(error) }));
      }
      setLoading(false);
      if (pollMs) timer = setTimeout(whenSeen, failures ? pauseMs(null, failures) + pollMs : pollMs);
    };
    // A page that nobody looks at does not poll.
    const whenSeen = () => {
      if (!document.hidden) load();
      else document.addEventListener("visibilitychange", whenSeen, { once: true });
    };
    // Whoever tries again sees that something happens, and cannot ask twice; a poll keeps what is shown.
    setState(withoutProblem);
    load();
    return () => {
      ended.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", whenSeen);
    };
  }, [key, round, pollMs]);
  const current = state.key === key ? state : undefined;
  return {
    data: current?.answer?.data,
    etag: current?.answer?.etag,
    problem: current?.problem,
    isLoading,
    reload: useCallback(() => setRound((before) => before + 1), []),
  };
}

function withoutProblem<S extends { problem?: Problem }>(state: S): S {
  if (!state.problem) return state;
  const { problem: _, ...rest } = state;
  return rest as S;
}

interface Page<T> {
  items: T[];
  nextCursor?: string | null;
}
type Item<P extends Path<"get">> = Answer<"get", P> extends { items: (infer T)[] } ? T : never;
/** The paths whose answer is a list by cursor. */
export type ListPath = { [P in Path<"get">]: Answer<"get", P> extends Page<unknown> ? P : never }[Path<"get">];

export interface Listed<T> {
  items: T[];
  /** Whether all items are loaded. */
  isComplete: boolean;
  isLoading: boolean;
  problem: Problem | undefined;
  loadMore: () => void;
  reload: () => void;
}

const PAGE = 100;

/** A list by cursor, page after page; from the start when the query changes. */
export function useList<P extends ListPath>(
  path: P,
  query: Query<"get", P>,
  ids: readonly string[] = [],
): Listed<Item<P>> {
  const key = JSON.stringify([path, ids, query]);
  const [state, setState] = useState<{ key: string; items: Item<P>[]; cursor: string | null; problem?: Problem }>();
  const [isLoading, setLoading] = useState(true);
  const [round, setRound] = useState(0);
  const ended = useRef(new AbortController());
  const current = state?.key === key ? state : undefined;

  const load = async (items: Item<P>[], cursor: string | undefined, signal: AbortSignal) => {
    setLoading(true);
    setState((before) => before && withoutProblem(before));
    try {
      const options = { ids, query: { limit: PAGE, ...query, cursor }, signal } as Options<"get", P>;
      const page = (await call("get", path as P & Path<"get">, options)).data as unknown as Page<Item<P>>;
      setState({ key, items: [...items, ...page.items], cursor: page.nextCursor ?? null });
    } catch (error) {
      if (isAbort(error)) return;
      setState({ key, items, cursor: cursor ?? "", problem: asProblem(error) });
    }
    setLoading(false);
  };
  useEffect(() => {
    ended.current = new AbortController();
    load([], undefined, ended.current.signal);
    return () => ended.current.abort();
  }, [key, round]);

  return {
    items: current?.items ?? [],
    isComplete: current !== undefined && current.cursor === null,
    isLoading,
    problem: current?.problem,
    loadMore: () => {
      if (current && current.cursor !== null && !isLoading) {
        load(current.items, current.cursor || undefined, ended.current.signal);
      }
    },
    reload: useCallback(() => setRound((before) => before + 1), []),
  };
}

/** The keys of what was tried and has not succeeded yet. Routes do not share keys, so their arguments may be alike. */
const unfinished = new Map<string, string>();

export interface Action<A extends unknown[], T> {
  run: (...args: A) => Promise<T | undefined>;
  isRunning: boolean;
  problem: Problem | undefined;
  forget: () => void;
}

/**
 * Something that the user does. `act` gets an idempotency key first: the same for the same arguments until it has
 * succeeded, so a repeat after a lost answer does it once. Gives undefined if it failed: the problem says why.
 */
export function useAction<A extends unknown[], T>(act: (key: string, ...args: A) => Promise<T>): Action<A, T> {
  const [state, setState] = useState<{ isRunning: boolean; problem?: Problem }>({ isRunning: false });
  const run = async (...args: A) => {
    const text = JSON.stringify(args);
    const key = unfinished.get(text) ?? newId();
    unfinished.set(text, key);
    setState({ isRunning: true });
    try {
      const result = await act(key, ...args);
      unfinished.delete(text);
      setState({ isRunning: false });
      return result;
    } catch (error) {
      setState({ isRunning: false, problem: asProblem(error) });
      return undefined;
    }
  };
  return { run, isRunning: state.isRunning, problem: state.problem, forget: () => setState({ isRunning: false }) };
}
