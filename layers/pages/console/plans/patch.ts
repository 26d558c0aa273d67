/** Changes of a plan as the PATCH that makes them: a merge if nothing is removed, else a JSON Patch. */
import { type Changes, isAmount, type Plan, pointer, SERVICES, serviceOf, tokensOf } from "./changes.ts";

type Members = { [name: string]: unknown };

export interface Patch {
  mediaType: "application/json" | "application/json-patch+json";
  body: Members | Members[];
  /** The cell that a fault is about, by the pointer that the API gives. */
  cellOf: (place: string) => string;
}

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i;
const INDEX = /^(0|[1-9]\d*|-)$/;

const rawJson = (JSON as unknown as { rawJSON?: (text: string) => unknown }).rawJSON;

/** A number that is sent as it was typed, `20.10` too; as JavaScript writes it, where the browser cannot do that. */
const exactNumber = (text: string): unknown => (rawJson ? rawJson(text) : Number(text));

/** A JSON text whose numbers are sent again as they are in it. Raises SyntaxError. */
export function exactJson(text: string): unknown {
  const revive = (_: string, value: unknown, context?: { source?: string }) =>
    typeof value === "number" && context?.source ? exactNumber(context.source) : value;
  return JSON.parse(text, revive as (name: string, value: unknown) => unknown);
}

/** A typed amount as a number. Another text stays one: the API says what is wrong with it. */
export function amountOf(text: string): unknown {
  const amount = text.trim();
  return NUMBER.test(amount) ? exactNumber(amount) : text;
}

const valueIn = (cell: string, text: string): unknown => (isAmount(cell) ? amountOf(text) : text);

export function patchOf(plan: Plan, changes: Changes): Patch {
  const cells = Object.entries(changes.cells).filter(([cell]) => !changes.removed.includes(serviceOf(cell) ?? ""));
  const isOld = (cell: string) => !changes.added.includes(serviceOf(cell) ?? "");
  const hasRemovals = cells.some(([cell, text]) => isOld(cell) && isRemoval(cell, text)) || changes.removed.length > 0;
  const services = new Map(changes.added.map((id) => [id, newService(plan, id)]));
  for (const [cell, text] of cells) {
    if (!isOld(cell) && !isRemoval(cell, text)) put(services.get(serviceOf(cell) ?? ""), cell, text);
  }
  const old = cells.filter(([cell]) => isOld(cell));
  return hasRemovals ? operationsOf(plan, changes, old, services) : mergeOf(old, services);
}

const isRemoval = (cell: string, text: string): boolean => isAmount(cell) && text.trim() === "";

function mergeOf(cells: readonly [string, string][], added: ReadonlyMap<string, Members>): Patch {
  const body: Members = {};
  const services = new Map<string, Members>();
  for (const [cell, text] of cells) {
    const id = serviceOf(cell);
    if (id !== undefined && !services.has(id)) services.set(id, { objectId: id });
    put(id === undefined ? body : services.get(id), cell, text);
  }
  const sent = [...services, ...added];
  if (sent.length) body[SERVICES] = sent.map(([, service]) => service);
  return { mediaType: "application/json", body, cellOf: (place) => named(place, [...sent.map(([id]) => id)]) };
}

function operationsOf(
  plan: Plan,
  { removed }: Changes,
  cells: readonly [string, string][],
  added: ReadonlyMap<string, Members>,
): Patch {
  const ids = plan.linkedPlanServices.map(({ objectId }) => objectId);
  // A token like an index always is one, so an objectId like that is replaced by the service's index.
  const path = (cell: string) => {
    const id = serviceOf(cell);
    if (id === undefined || !INDEX.test(id)) return cell;
    return pointer(SERVICES, String(ids.indexOf(id)), ...tokensOf(cell).slice(2));
  };
  const gone = new Set(removed);
  // From the last to the first, so that indexes stay true.
  const removals = ids.filter((id) => gone.has(id)).reverse();
  const places = [...cells.map(([cell]) => cell), ...removals.map((id) => pointer(SERVICES, id))];
  const body = [
    ...cells.map(([cell, text]) =>
      isRemoval(cell, text)
        ? { op: "remove", path: path(cell) }
        : { op: "add", path: path(cell), value: valueIn(cell, text) },
    ),
    ...removals.map((id) => ({ op: "remove", path: path(pointer(SERVICES, id)) })),
    ...[...added.values()].map((value) => ({ op: "add", path: pointer(SERVICES, "-"), value })),
  ];
  const result = [...ids.filter((id) => !gone.has(id)), ...added.keys()];
  return {
    mediaType: "application/json-patch+json",
    body,
    cellOf: (place) => places[Number(tokensOf(place)[0])] ?? named(place, result),
  };
}

/** A pointer whose service is named by its objectId instead of its place. */
function named(place: string, ids: readonly string[]): string {
  const [list, index, ...rest] = tokensOf(place);
  const id = list === SERVICES ? ids[Number(index)] : undefined;
  return id === undefined ? place : pointer(SERVICES, id, ...rest);
}

/** Set the member of an object, or of the service, that a cell names. */
function put(holder: Members | undefined, cell: string, text: string): void {
  const path = tokensOf(cell).slice(serviceOf(cell) === undefined ? 0 : 2);
  const last = path.pop() ?? "";
  let inner = holder ?? {};
  for (const token of path) {
    inner[token] ??= {};
    inner = inner[token] as Members;
  }
  inner[last] = valueIn(cell, text);
}

/** A new service. What must be typed is empty, so that the API's fault is about it if it was not. */
function newService({ _org }: Plan, id: string): Members {
  return {
    objectId: id,
    objectType: "planservice",
    _org,
    linkedService: { objectId: `${id}-service`, objectType: "service", _org, name: "" },
    planserviceCostShares: { objectId: `${id}-costs`, objectType: "membercostshare", _org, deductible: "" },
  };
}
