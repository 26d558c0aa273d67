/** What differs between two JSON documents, member by member. Entries of arrays are matched by their `objectId`. */

export interface Difference {
  /** A JSON pointer; entries with an `objectId` are named by it. */
  pointer: string;
  before?: unknown;
  after?: unknown;
}

type Members = Record<string, unknown>;

export function differences(before: unknown, after: unknown, pointer = ""): Difference[] {
  if (Object.is(before, after)) return [];
  const [old, current] = [members(before), members(after)];
  if (!old || !current || Array.isArray(before) !== Array.isArray(after)) {
    return [{ pointer, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
  }
  const names = [...new Set([...Object.keys(old), ...Object.keys(current)])];
  return names.flatMap((name) =>
    differences(old[name], current[name], `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`),
  );
}

function members(value: unknown): Members | null {
  if (typeof value !== "object" || value === null) return null;
  if (!Array.isArray(value)) return value as Members;
  const names = value.map((entry, place) => String((entry as Members | null)?.objectId ?? place));
  const isUnique = new Set(names).size === names.length;
  return Object.fromEntries(value.map((entry, place) => [isUnique ? names[place] : place, entry]));
}

const text = (value: unknown): string =>
  typeof value === "object" ? JSON.stringify(value, null, 2) : JSON.stringify(value);

interface DiffProps {
  before: unknown;
  after: unknown;
  /** What people call a place, if they have a name for it. */
  nameOf?: (pointer: string) => string | undefined;
}

export function Diff({ before, after, nameOf }: DiffProps) {
  const found = differences(before, after);
  if (!found.length) return <p class="is-faint">No differences.</p>;
  return (
    <ul class="diff">
      {found.map((each) => (
        <li key={each.pointer}>
          <DiffPlace name={nameOf?.(each.pointer)} pointer={each.pointer} />
          {"before" in each && (
            <del>
              <span class="is-hidden-text">before: </span>
              {text(each.before)}
            </del>
          )}
          {"after" in each && (
            <ins>
              <span class="is-hidden-text">after: </span>
              {text(each.after)}
            </ins>
          )}
        </li>
      ))}
    </ul>
  );
}

function DiffPlace({ name, pointer }: { name: string | undefined; pointer: string }) {
  return (
    <>
      {name && (
        <>
          <strong>{name}</strong>{" "}
        </>
      )}
      <code class={name ? "is-faint" : ""}>{pointer || "/"}</code>
    </>
  );
}
