/** The sessions of a user, one a line: device, address, last use. */
import type { Schema } from "../api/types";
import { Badge } from "./badge";
import { ago, Time } from "./values";

type Entry = Schema<"SessionEntry">;

export function SessionRows({
  entries,
  action,
}: {
  entries: readonly Entry[];
  /** What can be done about a session. */
  action: (entry: Entry) => preact.ComponentChildren;
}) {
  return (
    <ul class="rows">
      {entries.map((entry) => (
        <li key={entry.id}>
          <div>
            <p>
              <strong>{browserOf(entry.device)}</strong>{" "}
              {entry.current && (
                <Badge state="current" tone="good">
                  This one
                </Badge>
              )}
            </p>
            <p class="is-faint">
              {entry.address} · last used {ago(entry.last_used_at)} · since <Time iso={entry.created_at} />
            </p>
          </div>
          {action(entry)}
        </li>
      ))}
    </ul>
  );
}

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg\//, "Edge"],
  [/Firefox\//, "Firefox"],
  [/Chrom(e|ium)\//, "Chrome"],
  [/Safari\//, "Safari"],
  [/payerworks|httpx/i, "The command payerworks"],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/Android/, "Android"],
  [/iPhone|iPad/, "iOS"],
  [/Windows/, "Windows"],
  [/Mac OS/, "macOS"],
  [/Linux|X11/, "Linux"],
];

/** A user agent as people know it; what is not recognized stays as it is. */
function browserOf(agent: string): string {
  const find = (names: typeof BROWSERS) => names.find(([pattern]) => pattern.test(agent))?.[1];
  const [browser, system] = [find(BROWSERS), find(SYSTEMS)];
  return browser ? [browser, system].filter(Boolean).join(" on ") : agent.slice(0, 60) || "Unknown device";
}
