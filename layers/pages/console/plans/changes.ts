/** The changes of a plan that are typed and not saved yet: what they are, and how they meet those of others. */
import type { Schema } from "../api/types";

export type Plan = Schema<"Plan">;
export type Service = Schema<"LinkedPlanService">;

export interface Changes {
  /**
   * What was typed, by its cell: a JSON pointer into the plan that names services by their objectId. An amount that
   * is empty is to be removed.
   */
  cells: Readonly<Record<string, string>>;
  /** The objectIds of new services; all else about them is in cells. */
  added: readonly string[];
  /** The objectIds of services to remove. */
  removed: readonly string[];
}

export const NOTHING: Changes = { cells: {}, added: [], removed: [] };
export const SERVICES = "linkedPlanServices";
export const AMOUNTS = ["deductible", "copay", "coinsurance", "annualMaximum"] as const;

const NAMES: Record<string, string> = {
  deductible: "Deductible",
  copay: "Copay",
  coinsurance: "Coinsurance",
  annualMaximum: "Annual maximum",
  name: "Name",
  planType: "Plan type",
  creationDate: "Created",
  _org: "Organization",
};
/** A member's name as people say it. */
export const nameOf = (member: string): string => NAMES[member] ?? member;

export const pointer = (...tokens: readonly string[]): string =>
  tokens.map((token) => `/${token.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
export const tokensOf = (place: string): string[] =>
  place
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));

export const nameCell = (id: string): string => pointer(SERVICES, id, "linkedService", "name");
export const amountCell = (id: string, amount: string): string =>
  pointer(SERVICES, id, "planserviceCostShares", amount);
export const planAmountCell = (amount: string): string => pointer("planCostShares", amount);
export const isAmount = (cell: string): boolean => (AMOUNTS as readonly string[]).includes(tokensOf(cell).at(-1) ?? "");

/** The service that a cell belongs to; undefined for the plan's own cells. */
export function serviceOf(cell: string): string | undefined {
  const [list, id] = tokensOf(cell);
  return list === SERVICES ? id : undefined;
}

const indexes = new WeakMap<readonly Service[], Map<string, Service>>();

export function findService(plan: Plan, id: string): Service | undefined {
  const services = plan.linkedPlanServices;
  let index = indexes.get(services);
  if (!index) {
    index = new Map(services.map((service) => [service.objectId, service]));
    indexes.set(services, index);
  }
  return index.get(id);
}

/** What a cell of a plan has, as a text; empty if it has nothing. */
export function textAt(plan: Plan, cell: string): string {
  const [first = "", ...rest] = tokensOf(cell);
  const id = serviceOf(cell);
  let value: unknown = id === undefined ? plan[first] : findService(plan, id);
  for (const token of id === undefined ? rest : rest.slice(1)) value = (value as Record<string, unknown>)?.[token];
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A cell's text with the changes. */
export const shownAt = (plan: Plan, changes: Changes, cell: string): string =>
  changes.cells[cell] ?? textAt(plan, cell);

/** The changes after a text was typed into a cell; one that is as before is none. */
export function typed(plan: Plan, changes: Changes, cell: string, text: string): Changes {
  const { [cell]: _, ...others } = changes.cells;
  return { ...changes, cells: text === textAt(plan, cell) ? others : { ...others, [cell]: text } };
}

export function added(changes: Changes, id: string): Changes {
  return { ...changes, added: [...changes.added, id] };
}

/** Remove a service: a new one at once with all that was typed, another when the changes are saved. */
export function removed(changes: Changes, id: string): Changes {
  if (!changes.added.includes(id)) return { ...changes, removed: [...changes.removed, id] };
  return {
    ...changes,
    added: changes.added.filter((each) => each !== id),
    cells: without(changes.cells, (cell) => serviceOf(cell) === id),
  };
}

export function restored(changes: Changes, id: string): Changes {
  return { ...changes, removed: changes.removed.filter((each) => each !== id) };
}

function without(cells: Changes["cells"], isLeftOut: (cell: string) => boolean): Changes["cells"] {
  return Object.fromEntries(Object.entries(cells).filter(([cell]) => !isLeftOut(cell)));
}

/** How many things change: cells, and services that come or go. */
export function countOf({ cells, added, removed }: Changes): number {
  const inside = Object.keys(cells).filter((cell) => {
    const id = serviceOf(cell);
    return id === undefined || !(added.includes(id) || removed.includes(id));
  });
  return inside.length + added.length + removed.length;
}

/** A cell as people say it: "Copay of Yearly physical". */
export function labelOf(plan: Plan, changes: Changes, cell: string): string {
  const id = serviceOf(cell);
  if (id === undefined) return `${nameOf(tokensOf(cell).at(-1) ?? "")} of the plan`;
  const service = shownAt(plan, changes, nameCell(id)) || id;
  return tokensOf(cell).length > 2 ? `${nameOf(tokensOf(cell).at(-1) ?? "")} of ${service}` : service;
}

/** The name of a place in which two versions of a plan differ; undefined where people have none for it. */
export function nameIn(before: Plan, after: Plan, place: string): string | undefined {
  const id = serviceOf(place);
  if (id !== undefined) return labelOf(findService(after, id) ? after : before, NOTHING, place);
  return (tokensOf(place).at(-1) ?? "") in NAMES ? labelOf(after, NOTHING, place) : undefined;
}

/** One of the user's changes beside what others have made of the same thing. */
export interface Meeting {
  /** A cell, or the pointer of a service to remove. */
  cell: string;
  before: string;
  theirs: string;
  mine: string;
  /** Whether both changed it, each in another way. */
  isConflict: boolean;
  /** Whether others removed the service, so that the change has no place any more. */
  isGone: boolean;
}

const REMOVED = "Removed";

/** What the user changed from `base`, beside the plan as others have changed it. What both changed alike is left out. */
export function meetings(base: Plan, theirs: Plan, changes: Changes): Meeting[] {
  const cells = Object.entries(changes.cells).map(([cell, mine]): Meeting => {
    const id = serviceOf(cell);
    const isNew = id !== undefined && changes.added.includes(id);
    const isGone = id !== undefined && !isNew && !findService(theirs, id);
    const [before, now] = [textAt(base, cell), textAt(theirs, cell)];
    return { cell, before, theirs: isGone ? REMOVED : now, mine, isGone, isConflict: isGone || before !== now };
  });
  const removals = changes.removed.map((id): Meeting => {
    const [before, now] = [findService(base, id), findService(theirs, id)];
    const isGone = now === undefined;
    const isConflict = !isGone && JSON.stringify(before) !== JSON.stringify(now);
    const change = isGone ? REMOVED : isConflict ? "Changed" : "Unchanged";
    return { cell: pointer(SERVICES, id), before: "", theirs: change, mine: REMOVED, isGone, isConflict };
  });
  const isOpen = ({ cell, mine, theirs }: Meeting) =>
    mine !== theirs && !changes.removed.some((id) => cell.startsWith(`${pointer(SERVICES, id)}/`));
  return [...cells, ...removals].filter(isOpen);
}

/** The changes as changes of `theirs`, without those in `dropped`, those that have no place in it, and those it has. */
export function rebased(base: Plan, theirs: Plan, changes: Changes, dropped: ReadonlySet<string>): Changes {
  const open = meetings(base, theirs, changes).filter(({ cell, isGone }) => !isGone && !dropped.has(cell));
  const kept = new Set(open.map(({ cell }) => cell));
  return {
    cells: without(changes.cells, (cell) => !kept.has(cell)),
    added: changes.added.filter((id) => !findService(theirs, id)),
    removed: changes.removed.filter((id) => kept.has(pointer(SERVICES, id))),
  };
}
