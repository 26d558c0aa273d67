/** A long list in parts of 50; which part is shown is in the address. */
import { count } from "../parts/values";
import { setParams } from "../router";

const SHOWN = 50;

export interface Part<T> {
  shown: readonly T[];
  first: number;
  total: number;
}

export function partOf<T>(items: readonly T[], query: URLSearchParams): Part<T> {
  const last = Math.max(0, Math.ceil(items.length / SHOWN) - 1);
  const page = Math.min(Math.max(0, Math.floor(Number(query.get("page")) || 1) - 1), last);
  return { shown: items.slice(page * SHOWN, (page + 1) * SHOWN), first: page * SHOWN, total: items.length };
}

export function PartLinks<T>({ part: { shown, first, total } }: { part: Part<T> }) {
  if (total <= SHOWN) return <p class="list-foot">{count(total)} in all</p>;
  const page = first / SHOWN + 1;
  const turn = (to: number) => () => {
    setParams({ page: to });
    scrollTo(0, 0);
  };
  return (
    <nav class="actions list-foot" aria-label="Parts of the list">
      <button type="button" class="button" disabled={page === 1} onClick={turn(page - 1)}>
        Previous
      </button>
      <span role="status">
        {count(first + 1)} to {count(first + shown.length)} of {count(total)}
      </span>
      <button type="button" class="button" disabled={first + shown.length >= total} onClick={turn(page + 1)}>
        Next
      </button>
    </nav>
  );
}
