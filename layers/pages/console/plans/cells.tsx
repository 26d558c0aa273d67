/** A cell of a plan: its text, or a field to change it, with the faults that the API found in it. */
import { useId } from "preact/hooks";
import { Field } from "../parts/form";
import { type Changes, isAmount, labelOf, nameOf, type Plan, shownAt, textAt, tokensOf, typed } from "./changes";

/** The plan that is edited, what is changed in it, and how to change it. Without `change`, it is only read. */
export interface Edited {
  plan: Plan;
  changes: Changes;
  /** Messages by cell. */
  faults: ReadonlyMap<string, readonly string[]>;
  change?: (changes: Changes) => void;
}

interface CellProps {
  edited: Edited;
  cell: string;
}

/** A cell of a table: its label is for screen readers, or for everyone on a phone. */
export function TableCell({ edited, cell }: CellProps) {
  const id = useId();
  const { plan, changes, faults, change } = edited;
  const messages = faults.get(cell) ?? [];
  const name = nameOf(tokensOf(cell).at(-1) ?? "");
  if (!change) return <SheetText name={name} text={textAt(plan, cell)} />;
  return (
    <div class={messages.length ? "is-wrong" : ""}>
      <span class="sheet-label" aria-hidden="true">
        {name}
      </span>
      <CellInput
        edited={edited}
        cell={cell}
        input={{
          "aria-label": labelOf(plan, changes, cell),
          "aria-invalid": messages.length > 0,
          "aria-describedby": id,
        }}
      />
      <p id={id} class="field-note" title={messages.join("; ")}>
        {messages.join("; ")}
      </p>
    </div>
  );
}

function SheetText({ name, text }: { name: string; text: string }) {
  return (
    <div title={text}>
      <span class="sheet-label">{name}</span>
      {text || <span class="is-faint">–</span>}
    </div>
  );
}

/** A labelled field of the plan itself. */
export function CellField({ edited, cell, hint }: CellProps & { hint?: string }) {
  const messages = edited.faults.get(cell) ?? [];
  const isChanged = cell in edited.changes.cells;
  const before = textAt(edited.plan, cell);
  const note = messages.join("; ") || (isChanged ? `Changed; was ${before || "empty"}` : hint);
  return (
    <div class={messages.length ? "is-wrong" : ""}>
      <Field label={nameOf(tokensOf(cell).at(-1) ?? "")} {...(note ? { hint: note } : {})}>
        {(given) => <CellInput edited={edited} cell={cell} input={{ ...given, "aria-invalid": messages.length > 0 }} />}
      </Field>
    </div>
  );
}

function CellInput({ edited, cell, input }: CellProps & { input: object }) {
  const { plan, changes, change } = edited;
  const set = (text: string) => change?.(typed(plan, changes, cell, text));
  return (
    <input
      {...input}
      data-cell={cell}
      class={`${isAmount(cell) ? "is-number" : ""} ${cell in changes.cells ? "is-changed" : ""}`}
      inputMode={isAmount(cell) ? "decimal" : "text"}
      autoComplete="off"
      value={shownAt(plan, changes, cell)}
      onInput={(event) => set(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Escape") set(textAt(plan, cell));
      }}
    />
  );
}
