/** Addresses within the page: `#/claims/123?status=failed`. Everything that a link should bring back is in them. */
import { store, useStore } from "./parts/store";

export interface Route {
  /** The decoded parts of the path: ["claims", "123"]. */
  path: readonly string[];
  query: URLSearchParams;
}

export type Params = Record<string, string | number | null | undefined>;

function parsed(): Route {
  const [path = "", query = ""] = location.hash.replace(/^#/, "").split("?", 2);
  const parts = path.split("/").filter(Boolean);
  try {
    return { path: parts.map(decodeURIComponent), query: new URLSearchParams(query) };
  } catch {
    return { path: parts, query: new URLSearchParams(query) };
  }
}

/** The token of a link that sets a password (`#token=…`), until it is used. */
export const linkToken = store<string | null>(null);

/** Take such a token out of the address at once: neither the history nor a bookmark keeps it. */
function takeToken(): void {
  const token = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (!token) return;
  history.replaceState(null, "", location.pathname + location.search);
  linkToken.set(token);
}

takeToken();
const route = store<Route>(parsed());
addEventListener("hashchange", () => {
  takeToken();
  route.set(parsed());
});

export const useRoute = (): Route => useStore(route);

/** The link to a place of the page; parameters without a value are left out. */
export function href(path: readonly string[], params: Params = {}): string {
  const given = Object.entries(params).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return `#/${path.map(encodeURIComponent).join("/")}${query ? `?${query}` : ""}`;
}

export function go(path: readonly string[], params: Params = {}): void {
  location.hash = href(path, params);
}

/** Change parameters of the present address, such as filters, without a new entry in the history. */
export function setParams(changes: Params): void {
  const { path, query } = route.value;
  history.replaceState(null, "", href(path, { ...Object.fromEntries(query), ...changes }));
  route.set(parsed());
}
