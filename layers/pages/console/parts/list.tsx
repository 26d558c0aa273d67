/** A list by cursor: its table, what is shown while it loads, and how much of it there is. */
import { useEffect } from "preact/hooks";
import type { Listed } from "../api/hooks";
import { Failure, Skeleton } from "./states";
import { type Column, Table } from "./table";
import { count } from "./values";

interface ListProps<T> {
  caption: string;
  list: Listed<T>;
  columns: readonly Column<T>[];
  rowKey: (row: T) => string;
  rowHref: (row: T) => string;
  /** What to say when nothing is found. */
  empty: preact.ComponentChildren;
}

export function List<T>({ caption, list, columns, rowKey, rowHref, empty }: ListProps<T>) {
  const { items, isComplete, isLoading, problem, loadMore, reload } = list;
  // A page can be empty and still have a next one, where a filter goes past many others.
  useEffect(() => {
    if (!items.length && !isComplete && !isLoading && !problem) loadMore();
  });
  if (!items.length && !problem)
    return isLoading || !isComplete ? <Skeleton lines={8} /> : <div class="empty">{empty}</div>;
  return (
    <>
      {items.length > 0 && (
        <Table
          caption={caption}
          columns={columns}
          rows={items}
          rowKey={rowKey}
          rowHref={rowHref}
          hasMore={!isComplete}
          {...(problem ? {} : { onEnd: loadMore })}
        />
      )}
      <Failure problem={problem} retry={items.length ? loadMore : reload} />
      <p class="list-foot" role="status">
        {isLoading ? "Loading more …" : isComplete ? `${count(items.length)} in all` : `${count(items.length)} loaded`}
      </p>
    </>
  );
}
