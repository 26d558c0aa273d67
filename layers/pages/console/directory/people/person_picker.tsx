/** Choose a person by typing how the name begins (the combobox of the ARIA Authoring Practices). */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useGet } from "../../api/hooks";
import type { Problem } from "../../api/problem";
import { Field } from "../../parts/form";
import { Failure } from "../../parts/states";
import { words } from "../../parts/values";
import { fullName, type Kind, type Person } from "./fields";
import { KINDS } from "./kinds";
import { usePersonName } from "./person_name";

const TYPING_MS = 300;
const SHOWN = 12;
const HINTS: Record<Kind, string> = {
  institution: "How the name begins.",
  doctor: "How the last name begins; then a comma and the first name.",
  patient: "How the last name begins; then a comma and the first name.",
};

interface PickerProps {
  kind: Kind;
  label: string;
  /** The id of the chosen person; empty if none is. */
  value: string;
  onInput: (id: string) => void;
  hint?: string | undefined;
  pointer?: string;
  problem?: Problem | undefined;
}

export function PersonPicker({ kind, label, value, onInput, hint, pointer, problem }: PickerProps) {
  const name = usePersonName(kind, value);
  // What had the focus goes away with a choice: what comes in its place gets it.
  const isMoved = useRef(false);
  const choose = (id: string) => {
    isMoved.current = true;
    onInput(id);
  };
  const focus = (element: HTMLElement | null) => {
    if (!element || !isMoved.current) return;
    isMoved.current = false;
    element.focus();
  };
  const field = {
    label,
    problem,
    ...(pointer ? { pointer } : {}),
    ...(hint || !value ? { hint: hint ?? HINTS[kind] } : {}),
  };
  return (
    <Field {...field}>
      {(given) =>
        value ? (
          <div class="picked">
            <span>{name ?? "…"}</span>
            <button type="button" class="button is-quiet" {...given} ref={focus} onClick={() => choose("")}>
              Change
              <span class="is-hidden-text"> {name}</span>
            </button>
          </div>
        ) : (
          <Search kind={kind} given={given} choose={choose} focus={focus} />
        )
      }
    </Field>
  );
}

interface SearchProps {
  kind: Kind;
  given: object;
  choose: (id: string) => void;
  focus: (element: HTMLElement | null) => void;
}

function Search({ kind, given, choose, focus }: SearchProps) {
  const listId = useId();
  const [typed, setTyped] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const found = useFound(kind, typed);
  const people = found.data?.items ?? [];
  const keys = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const current = people[active];
    if (step && people.length) {
      setOpen(true);
      setActive((active + step + people.length) % people.length);
    } else if (event.key === "Enter" && isOpen && current) choose(current.id);
    else if (event.key === "Escape" && isOpen) setOpen(false);
    else return;
    event.preventDefault();
  };
  const isShown = isOpen && typed.trim() !== "";
  return (
    <div class="picker">
      <input
        {...given}
        ref={focus}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={isShown}
        aria-controls={listId}
        aria-activedescendant={isShown && people[active] ? `${listId}-${active}` : undefined}
        autocomplete="off"
        value={typed}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          setOpen(true);
          setActive(0);
        }}
        onKeyDown={keys}
        onBlur={() => setOpen(false)}
      />
      <div id={listId} role="listbox" aria-label="Found" class={isShown ? "picker-list" : "is-hidden-text"}>
        {isShown &&
          people.map((person, place) => (
            <div
              key={person.id}
              id={`${listId}-${place}`}
              role="option"
              aria-selected={place === active}
              onMouseDown={(event) => {
                event.preventDefault();
                choose(person.id);
              }}
            >
              {fullName(person)} <span class="is-faint">{about(person)}</span>
            </div>
          ))}
        {isShown && people.length === 0 && (
          <div role="option" aria-disabled="true" aria-selected="false">
            {found.isLoading || found.data === undefined ? "Looking …" : `No ${kind} begins so.`}
          </div>
        )}
      </div>
      <Failure problem={found.problem} />
    </div>
  );
}

/** The first people whose names begin with what was typed, once its user pauses. */
function useFound(kind: Kind, typed: string) {
  const [text, setText] = useState("");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    timer.current = setTimeout(() => setText(typed.trim()), TYPING_MS);
    return () => clearTimeout(timer.current);
  }, [typed]);
  const [last, first] = text.split(",").map((part) => part.trim());
  const query = kind === "institution" ? { name: text } : { last_name: last, first_name: first };
  return useGet(text ? KINDS[kind].list : null, { query: { ...query, limit: SHOWN } });
}

function about(person: Person): string {
  if ("institution_type" in person) return [words(person.institution_type), person.region].filter(Boolean).join(", ");
  if ("medical_license" in person) return `license ${person.medical_license}`;
  return `born ${person.date_of_birth}${person.mrn ? `, MRN ${person.mrn}` : ""}`;
}
