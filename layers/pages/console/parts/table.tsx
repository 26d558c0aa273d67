/** A table of any length: only the rows in sight are drawn. On a phone, each row is a card. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

export interface Column<T> {
  title: string;
  cell: (row: T) => preact.ComponentChildren;
  /** Width on wide screens, such as "8rem" or "1fr". */
  width: string;
  isNumber?: boolean;
  /** Where it stands on a card; without it, it is left out there. */
  card?: "title" | "end" | "note" | "note-end";
}

interface TableProps<T> {
  caption: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string;
  /** Where a row leads. */
  rowHref: (row: T) => string;
  /** Called when the last rows come into sight. */
  onEnd?: () => void;
  /** Whether there are more rows than are loaded. */
  hasMore?: boolean;
}

const ROW_PX = 40;
const CARD_PX = 72;
const BEYOND = 12;
const phone = matchMedia("(max-width: 47.99em)");

export function Table<T>({ caption, columns, rows, rowKey, rowHref, onEnd, hasMore = false }: TableProps<T>) {
  const body = useRef<HTMLDivElement>(null);
  const isPhone = usePhone();
  const height = isPhone ? CARD_PX : ROW_PX;
  const [first, last] = useSeenRows(body, rows.length, height);
  useEffect(() => {
    if (last >= rows.length && rows.length > 0) onEnd?.();
  });
  const shown = columns.filter((column) => !isPhone || column.card);
  const template = columns.map((column) => column.width).join(" ");
  return (
    // Roles, because styles that make rows grids take those of a <table> away in some browsers.
    <div
      class="table"
      role="table"
      aria-label={caption}
      aria-rowcount={hasMore ? -1 : rows.length + 1}
      style={{ "--columns": template }}
    >
      <div role="rowgroup" class="table-head">
        <div role="row" aria-rowindex={1}>
          {shown.map((column) => (
            <span key={column.title} role="columnheader" class={column.isNumber ? "is-number" : ""}>
              {column.title}
            </span>
          ))}
        </div>
      </div>
      <div
        role="rowgroup"
        class="table-body"
        ref={body}
        style={{ height: `${rows.length * height}px` }}
        onKeyDown={(event) => moveFocus(event)}
      >
        {rows.slice(first, last).map((row, offset) => (
          <div
            key={rowKey(row)}
            role="row"
            class="table-row"
            aria-rowindex={first + offset + 2}
            style={{ transform: `translateY(${(first + offset) * height}px)` }}
          >
            {shown.map((column, place) => (
              <span
                key={column.title}
                role="cell"
                class={`${column.isNumber ? "is-number" : ""} ${column.card ? `card-${column.card}` : ""}`}
              >
                {place === 0 ? (
                  <a class="row-link" href={rowHref(row)}>
                    {column.cell(row)}
                  </a>
                ) : (
                  column.cell(row)
                )}
              </span>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

export function usePhone(): boolean {
  const [is, set] = useState(phone.matches);
  useEffect(() => {
    const changed = () => set(phone.matches);
    phone.addEventListener("change", changed);
    return () => phone.removeEventListener("change", changed);
  }, []);
  return is;
}

/** The first row to draw and the one after the last, as the window scrolls. */
export function useSeenRows(body: { current: HTMLElement | null }, total: number, height: number): [number, number] {
  const [seen, setSeen] = useState<[number, number]>([0, BEYOND]);
  useLayoutEffect(() => {
    const measure = () => {
      const top = body.current?.getBoundingClientRect().top ?? 0;
      const first = Math.max(0, Math.floor(-top / height) - BEYOND);
      const last = Math.ceil((innerHeight - top) / height) + BEYOND;
      setSeen((before) => (before[0] === first && before[1] === last ? before : [first, last]));
    };
    measure();
    addEventListener("scroll", measure, { passive: true });
    addEventListener("resize", measure);
    return () => {
      removeEventListener("scroll", measure);
      removeEventListener("resize", measure);
    };
  }, [total, height]);
  const last = Math.min(seen[1], total);
  return [Math.min(seen[0], last), last];
}

/** Arrows go from row to row; Enter opens one, as on any link. */
function moveFocus(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const current = event.target;
  if (!step || !(current instanceof HTMLElement)) return;
  const row = current.closest(".table-row");
  const index = Number(row?.getAttribute("aria-rowindex")) + step;
  const next = row?.parentElement?.querySelector<HTMLElement>(`[aria-rowindex="${index}"] .row-link`);
  if (next) {
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }
}
