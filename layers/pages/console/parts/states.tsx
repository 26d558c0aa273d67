/** What is shown in place of data: nothing found, a failure, a wait. */
import type { Problem } from "../api/problem";
import { Icon } from "./icon";

export function Empty({ title, children }: { title: string; children?: preact.ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}

/** Why a call failed, what is wrong with the input, and what can be done. */
export function Failure({ problem, retry }: { problem: Problem | undefined; retry?: () => void }) {
  if (!problem) return null;
  const isOurs = problem.status >= 500 || problem.status < 0;
  return (
    <div class="failure" role="alert">
      <Icon name="warning" />
      <div>
        <p>
          <strong>{problem.title}.</strong> {problem.message}
        </p>
        {problem.faults.length > 0 && (
          <ul>
            {problem.faults.slice(0, 20).map((fault) => (
              <li key={fault.pointer + fault.message}>
                {fault.pointer && <code>{fault.pointer}</code>} {fault.message}
              </li>
            ))}
          </ul>
        )}
        {isOurs && problem.requestId && (
          <p class="is-faint">
            Request <code>{problem.requestId}</code>
          </p>
        )}
      </div>
      {retry && (
        <button type="button" class="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Gray lines where data will be. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  return (
    <div class="skeleton" aria-busy="true">
      <span class="is-hidden-text">Loading</span>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} class="skeleton-line" />
      ))}
    </div>
  );
}

interface LoadedPart<T> {
  data: T | undefined;
  problem: Problem | undefined;
  reload: () => void;
}

/** The data of a load, or what is shown until there is some; a failed repeat leaves the data as it was. */
export function Loading<T>({
  from,
  lines,
  children,
}: {
  from: LoadedPart<T>;
  lines?: number;
  children: (data: T) => preact.ComponentChildren;
}) {
  return (
    <>
      <Failure problem={from.problem} retry={from.reload} />
      {from.data !== undefined ? children(from.data) : !from.problem && <Skeleton {...(lines ? { lines } : {})} />}
    </>
  );
}
