/** Filters of a list, kept in the address, so that a link shows the same list. */
import { useEffect, useRef, useState } from "preact/hooks";
import { type Params, setParams } from "../router";
import { SelectField, TextField } from "./form";
import { words } from "./values";

const TYPING_MS = 350;

interface FilterProps {
  name: string;
  label: string;
  query: URLSearchParams;
}

/** The filters of a list as the address has them. */
export const filtersIn = (query: URLSearchParams, names: readonly string[]): Record<string, string | null> =>
  Object.fromEntries(names.map((name) => [name, query.get(name)]));

/** The options of a filter that may have any of these values. */
export const anyOf = (values: readonly string[]): (readonly [string, string])[] => [
  ["", "Any"],
  ...values.map((value) => [value, words(value)] as const),
];

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
