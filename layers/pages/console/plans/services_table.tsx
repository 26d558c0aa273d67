/** The linked services of a plan as a table that is edited in place; only the rows in sight are drawn. */
import { useEffect, useRef } from "preact/hooks";
import { Badge } from "../parts/badge";
import { SelectFilter, TextFilter } from "../parts/filters";
import { Empty } from "../parts/states";
import { usePhone, useSeenRows } from "../parts/table";
import { count } from "../parts/values";
import { setParams } from "../router";
import { type Edited, TableCell } from "./cells";
import {
  AMOUNTS,
  amountCell,
  labelOf,
  nameCell,
  nameOf,
  pointer,
  removed,
  restored,
  SERVICES,
  serviceOf,
  shownAt,
} from "./changes";

interface TableProps {
  edited: Edited;
  query: URLSearchParams;
  /** The cell to go to; another object each time. */
  target: { cell: string } | undefined;
}

const FILTERS = { find: null, show: null };

/** Pixels of a row: on a wide window and on a phone. */
const HEIGHTS = { read: [40, 172], edit: [48, 268], faulty: [86, 372] } as const;

export function ServicesTable({ edited, query, target }: TableProps) {
  const body = useRef<HTMLDivElement>(null);
  const states = statesOf(edited);
  const rows = rowsOf(edited, query, states);
  const isPhone = usePhone();
  const kind = !edited.change ? "read" : [...states.values()].includes("wrong") ? "faulty" : "edit";
  const height = HEIGHTS[kind][isPhone ? 1 : 0];
  const [first, last] = useSeenRows(body, rows.length, height);
  useTarget(target, rows, height, body);
  const total = edited.plan.linkedPlanServices.length + edited.changes.added.length;
  return (
    <>
      <search class="filters">
        <TextFilter name="find" label="Find a service" query={query} input={{ "data-search": "", type: "search" }} />
        {edited.change && (
          <SelectFilter
            name="show"
            label="Show"
            query={query}
            options={[
              ["", "All services"],
              ["changed", "Changed services"],
              ["wrong", "Services with faults"],
            ]}
          />
        )}
      </search>
      {rows.length > 0 ? (
        <div
          class={edited.change ? "table sheet" : "table sheet is-read"}
          role="table"
          aria-label="Linked services"
          aria-rowcount={rows.length + 1}
        >
          <div role="rowgroup" class="table-head">
            <div role="row" aria-rowindex={1}>
              <span role="columnheader">Service</span>
              {AMOUNTS.map((amount) => (
                <span key={amount} role="columnheader" class="is-number">
                  {nameOf(amount)}
                </span>
              ))}
              {edited.change && <span role="columnheader">State</span>}
            </div>
          </div>
          <div
            role="rowgroup"
            class="table-body"
            ref={body}
            style={{ height: `${rows.length * height}px` }}
            onKeyDown={moveDown}
          >
            {rows.slice(first, last).map((id, offset) => (
              <div
                key={id}
                role="row"
                class={edited.changes.removed.includes(id) ? "table-row is-leaving" : "table-row"}
                aria-rowindex={first + offset + 2}
                style={{ height: `${height}px`, transform: `translateY(${(first + offset) * height}px)` }}
              >
                <Row edited={edited} id={id} state={states.get(id)} />
              </div>
            ))}
          </div>
        </div>
      ) : (
        <Empty title={total ? "No service is shown" : "The plan has no services"}>
          <p>{total ? "Clear the search to see them all." : edited.change && "Add the first one."}</p>
        </Empty>
      )}
      <p class="list-foot" role="status">
        {rows.length === total ? `${count(total)} in all` : `${count(rows.length)} of ${count(total)}`}
      </p>
    </>
  );
}

type State = "changed" | "new" | "removed" | "wrong";
const WORDS: Record<State, string> = { changed: "Changed", new: "New", removed: "To remove", wrong: "Has a fault" };
const TONES = { changed: "busy", new: "good", removed: "warn", wrong: "bad" } as const;

function Row({ edited, id, state }: { edited: Edited; id: string; state: State | undefined }) {
  const { plan, changes, change, ...others } = edited;
  const isRemoved = changes.removed.includes(id);
  // A service to remove is not changed any more.
  const shown = isRemoved ? { plan, changes, ...others } : edited;
  const name = labelOf(plan, changes, pointer(SERVICES, id));
  return (
    <>
      <div role="cell" class="sheet-name">
        <TableCell edited={shown} cell={nameCell(id)} />
      </div>
      {AMOUNTS.map((amount) => (
        <div key={amount} role="cell" class="is-number">
          <TableCell edited={shown} cell={amountCell(id, amount)} />
        </div>
      ))}
      {change && (
        <div role="cell" class="sheet-state">
          {state && (
            <Badge state={state} tone={TONES[state]}>
              {WORDS[state]}
            </Badge>
          )}
          <button
            type="button"
            class="button is-quiet"
            aria-label={`${isRemoved ? "Keep" : "Remove"} ${name}`}
            onClick={() => change(isRemoved ? restored(changes, id) : removed(changes, id))}
          >
            {isRemoved ? "Keep" : "Remove"}
          </button>
        </div>
      )}
    </>
  );
}

function statesOf({ changes, faults }: Edited): Map<string, State> {
  const states = new Map<string, State>();
  const mark = (ids: Iterable<string | undefined>, state: State) => {
    for (const id of ids) if (id !== undefined) states.set(id, state);
  };
  mark(Object.keys(changes.cells).map(serviceOf), "changed");
  mark(changes.added, "new");
  mark([...faults.keys()].map(serviceOf), "wrong");
  mark(changes.removed, "removed");
  return states;
}

/** The objectIds of the services to show: new ones first, so that they are in sight. */
function rowsOf(edited: Edited, query: URLSearchParams, states: ReadonlyMap<string, State>): string[] {
  const { plan, changes } = edited;
  const words = (query.get("find") ?? "").toLowerCase();
  const show = query.get("show");
  const isShown = (id: string) =>
    (!words || shownAt(plan, changes, nameCell(id)).toLowerCase().includes(words) || id === words) &&
    (!show || (show === "wrong" ? states.get(id) === "wrong" : states.has(id)));
  const ids = [...changes.added].reverse().concat(plan.linkedPlanServices.map(({ objectId }) => objectId));
  return ids.filter(isShown);
}

/** Scroll to a cell and focus it; what hides it is cleared. */
function useTarget(
  target: TableProps["target"],
  rows: readonly string[],
  height: number,
  body: { current: HTMLElement | null },
): void {
  const reached = useRef<object | undefined>(undefined);
  useEffect(() => {
    if (!target || reached.current === target) return;
    const id = serviceOf(target.cell);
    const place = id === undefined ? 0 : rows.indexOf(id);
    if (place < 0) return setParams(FILTERS);
    reached.current = target;
    const top = body.current?.getBoundingClientRect().top ?? 0;
    if (id !== undefined) scrollTo({ top: scrollY + top + place * height - innerHeight / 3 });
    const focus = () => document.querySelector<HTMLElement>(`[data-cell="${CSS.escape(target.cell)}"]`)?.focus();
    // The row is drawn after the scroll.
    setTimeout(focus, 100);
  });
}

/** Enter and the arrows go to the same column of another row. */
function moveDown(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, Enter: 1, ArrowUp: -1 }[event.key];
  const current = event.target;
  if (!step || !(current instanceof HTMLInputElement)) return;
  const row = current.closest(".table-row");
  const column = [...(row?.children ?? [])].findIndex((cell) => cell.contains(current));
  const index = Number(row?.getAttribute("aria-rowindex")) + step;
  const next = row?.parentElement
    ?.querySelector(`[aria-rowindex="${index}"]`)
    ?.children[column]?.querySelector("input");
  if (next) {
    event.preventDefault();
    next.select();
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }
}
