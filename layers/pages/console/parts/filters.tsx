/** Filters of a list, kept in the address, so that a link shows the same list. */
import { useEffect, useRef, useState } from "preact/hooks";
import { type Params, setParams } from "../router";
import { SelectField, TextField } from "./form";

const TYPING_MS = 350;

interface FilterProps {
  name: string;
  label: string;
  query: URLSearchParams;
}

export function Filters({
  names,
  query,
  children,
}: {
  names: readonly string[];
  query: URLSearchParams;
  children: preact.ComponentChildren;
}) {
  const isSet = names.some((name) => query.get(name));
  return (
    <search class="filters">
      {children}
      {isSet && (
        <button
          type="button"
          class="button is-quiet"
          onClick={() => setParams(Object.fromEntries(names.map((n) => [n, null])))}
        >
          Clear
        </button>
      )}
    </search>
  );
}

/** Applied when its user pauses typing, together with `also`, such as a return to the first page. */
export function TextFilter({ name, label, query, input, also }: FilterProps & { input?: object; also?: Params }) {
  const applied = query.get(name) ?? "";
  const [typed, setTyped] = useState(applied);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => setTyped(applied), [applied]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const change = (value: string) => {
    setTyped(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setParams({ ...also, [name]: value.trim() }), TYPING_MS);
  };
  return <TextField label={label} value={typed} onInput={change} {...(input ? { input } : {})} />;
}

export function SelectFilter({
  name,
  label,
  query,
  options,
}: FilterProps & { options: readonly (readonly [string, string])[] }) {
  return (
    <SelectField
      label={label}
      value={query.get(name) ?? ""}
      options={options}
      onInput={(value) => setParams({ [name]: value })}
    />
  );
}
