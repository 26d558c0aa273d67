/** Which column of a file holds which field, how it writes dates, and its encoding (docs/intake.md, "A mapping"). */
import type { Problem } from "../api/problem";
import { SelectField, TextField } from "../parts/form";
import { allFields, columnsOf, fieldLabel, type Kind, LAYOUTS, OPTIONAL } from "./layouts";
import type { FileMapping } from "./sendings";

type Encoding = NonNullable<FileMapping["encoding"]>;

const ENCODINGS: readonly (readonly [Encoding | "", string])[] = [
  ["", "Found by the service"],
  ["utf-8", "UTF-8"],
  ["windows-1252", "Windows-1252 (Western Europe)"],
  ["windows-1250", "Windows-1250 (Central Europe)"],
  ["windows-1251", "Windows-1251 (Cyrillic)"],
  ["iso-8859-1", "ISO 8859-1"],
  ["iso-8859-2", "ISO 8859-2"],
  ["iso-8859-15", "ISO 8859-15"],
  ["macintosh", "Macintosh"],
  ["ibm850", "IBM 850"],
  ["utf-16le", "UTF-16, little endian"],
  ["utf-16be", "UTF-16, big endian"],
];

interface MappingFormProps {
  kind: Kind;
  header: readonly string[];
  /** Rows to take examples from. */
  rows: readonly (readonly string[])[];
  mapping: FileMapping;
  onChange: (mapping: FileMapping) => void;
  problem: Problem | undefined;
}

export const listOf = (columns: string | readonly string[] | undefined): readonly string[] =>
  columns === undefined ? [] : typeof columns === "string" ? [columns] : columns;

export function MappingForm(props: MappingFormProps) {
  const { kind, header, mapping, onChange, problem } = props;
  const { columns: _columns, ...others } = mapping;
  const isChosen = mapping.columns !== undefined;
  const toggle = () => onChange(isChosen ? others : { ...others, columns: columnsOf(kind, header) });
  return (
    <>
      <label class="choice">
        <input type="checkbox" checked={isChosen} onChange={toggle} /> Choose which column holds which field
      </label>
      {isChosen && <Columns {...props} columns={mapping.columns ?? {}} />}
      <div class="fields">
        <TextField
          label="Date format"
          hint="Such as DD.MM.YYYY. Empty: 2024-11-01 or 11/1/2024."
          value={mapping.date_format ?? ""}
          onInput={(text) => onChange(without(mapping, "date_format", text))}
          pointer="/mapping/date_format"
          problem={problem}
        />
        <SelectField
          label="Encoding"
          value={mapping.encoding ?? ""}
          options={ENCODINGS}
          onInput={(text) => onChange(without(mapping, "encoding", text))}
          pointer="/mapping/encoding"
          problem={problem}
        />
      </div>
    </>
  );
}

/** A mapping with a member, or without it if the text is empty. */
function without(mapping: FileMapping, member: "date_format" | "encoding", text: string): FileMapping {
  const { [member]: _before, ...rest } = mapping;
  return text ? ({ ...rest, [member]: text } as FileMapping) : rest;
}

type Columns = NonNullable<FileMapping["columns"]>;

function Columns({ kind, header, rows, mapping, columns, onChange, problem }: MappingFormProps & { columns: Columns }) {
  const names = [...new Set(header)].filter((name) => /[\p{L}\p{N}]/u.test(name));
  const set = (field: string, chosen: readonly string[]) => {
    const { [field]: _before, ...rest } = columns;
    onChange({ ...mapping, columns: chosen.length ? { ...rest, [field]: [...chosen] } : rest });
  };
  const example = (name: string | undefined) => {
    const number = name === undefined ? -1 : header.indexOf(name);
    return rows.map((cells) => cells[number] ?? "").find((cell) => cell.trim());
  };
  return (
    <>
      <div class="actions">
        {LAYOUTS[kind].map((layout) => (
          <button
            key={layout.name}
            type="button"
            class="button"
            onClick={() => onChange({ ...mapping, columns: columnsOf(kind, header, layout) })}
          >
            Fill in: {layout.name}
          </button>
        ))}
      </div>
      {kind === "patients" && (
        <p class="is-faint">
          A file of patients alone has no fields of a visit; a file of visits alone has the MRN, but no name.
        </p>
      )}
      <div class="fields">
        {allFields(kind).map((field) => {
          const chosen = listOf(columns[field]);
          const slots =
            field === "reason" && chosen.length ? [...chosen.slice(0, 1), chosen[1] ?? ""] : [chosen[0] ?? ""];
          return slots.map((name, place) => (
            <SelectField
              key={`${field}${place}`}
              label={place ? `${fieldLabel(field)}, where that is empty` : fieldLabel(field)}
              hint={hintOf(field, example(name || undefined))}
              value={name}
              options={[
                ["", place || OPTIONAL.includes(field) ? "None" : "Not chosen"],
                ...names.map((each) => [each, each] as const),
              ]}
              onInput={(next) =>
                set(field, place ? [chosen[0] ?? "", next].filter(Boolean) : [next, ...chosen.slice(1)].filter(Boolean))
              }
              pointer={`/mapping/columns/${field}`}
              problem={problem}
            />
          ));
        })}
      </div>
    </>
  );
}

function hintOf(field: string, example: string | undefined): string {
  if (example) return `For example ${example.slice(0, 40)}`;
  return OPTIONAL.includes(field) ? "May be missing." : "";
}
