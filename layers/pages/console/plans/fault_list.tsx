/** The faults of a plan that was not saved; each leads to its cell. */
import { Icon } from "../parts/icon";
import { count } from "../parts/values";

interface FaultListProps {
  faults: ReadonlyMap<string, readonly string[]>;
  name: (cell: string) => string;
  go: (cell: string) => void;
}

const SHOWN = 5;

export function FaultList({ faults, name, go }: FaultListProps) {
  const all = [...faults];
  if (!all.length) return null;
  return (
    <div class="failure" role="alert">
      <Icon name="warning" />
      <div>
        <p>
          <strong>Not saved.</strong> {count(all.length)} {all.length === 1 ? "value has" : "values have"} a fault.
        </p>
        <ul>
          {all.slice(0, SHOWN).map(([cell, messages]) => (
            <li key={cell}>
              <button type="button" class="link" onClick={() => go(cell)}>
                {name(cell)}
              </button>{" "}
              {messages.join("; ")}
            </li>
          ))}
        </ul>
        {all.length > SHOWN && <p>The others are marked in the table.</p>}
      </div>
    </div>
  );
}
