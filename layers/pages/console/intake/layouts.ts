/** The layouts that the service knows, and which of them a file's header has (docs/intake.md, "Layouts"). */
import type { Schema } from "../api/types";

export type Kind = Schema<"IngestJob">["kind"];

export interface Layout {
  name: string;
  /** Each field with the columns that it may have. */
  fields: Readonly<Record<string, readonly string[]>>;
}

const same = (...names: string[]) => Object.fromEntries(names.map((name) => [name, [name]]));
const PERSON = ["mrn", "first_name", "last_name", "birth_date"];

export const LAYOUTS: Readonly<Record<Kind, readonly Layout[]>> = {
  patients: [
    { name: "Patients and visits", fields: same(...PERSON, "visit_account_number", "visit_date", "reason") },
    {
      name: "Synthea patients",
      fields: { mrn: ["Id"], first_name: ["FIRST"], last_name: ["LAST"], birth_date: ["BIRTHDATE"] },
    },
    {
      name: "Synthea encounters",
      fields: {
        visit_account_number: ["Id"],
        visit_date: ["START"],
        mrn: ["PATIENT"],
        reason: ["REASONDESCRIPTION", "DESCRIPTION"],
      },
    },
  ],
  claims: [
    {
      name: "Claims",
      fields: same(
        "service_date",
        "submitted_procedure",
        "quadrant",
        "plan_group_number",
        "subscriber_number",
        "provider_npi",
        "provider_fees",
        "allowed_fees",
        "member_coinsurance",
        "member_copay",
      ),
    },
  ],
};

/** A field as people read it: `provider_npi` → "Provider NPI". */
export const fieldLabel = (field: string): string =>
  (field.charAt(0).toUpperCase() + field.slice(1))
    .replaceAll("_", " ")
    .replace(/\b(?:mrn|npi)\b/i, (each) => each.toUpperCase());

/** Fields that a file may lack. */
export const OPTIONAL: readonly string[] = ["reason", "quadrant"];

/** A column's name without what does not matter in it: case, blanks and punctuation. */
const folded = (name: string): string => name.replace(/[^\p{L}\p{N}]+/gu, "").toLowerCase();

/** Of claims, the word `number` does not matter either: `Subscriber#` is subscriber_number. */
const foldedOf = (kind: Kind, name: string): string =>
  kind === "claims" ? folded(name).replace(/number$/, "") : folded(name);

/** All fields of files of a kind. */
export const allFields = (kind: Kind): string[] => Object.keys(LAYOUTS[kind][0]?.fields ?? {});

/** The columns of a header for each field of a layout, by default the nearest; a field without any is left out. */
export function columnsOf(
  kind: Kind,
  header: readonly string[],
  layout: Layout = nearestLayout(kind, header).layout,
): Record<string, string[]> {
  const found = Object.entries(layout.fields).map(([field, names]): [string, string[]] => [
    field,
    names.flatMap((name) => header.find((each) => foldedOf(kind, each) === foldedOf(kind, name)) ?? []),
  ]);
  return Object.fromEntries(found.filter(([, columns]) => columns.length));
}

/** The kind of whose fields a header has more; patients, if it has as many of both. */
export function likelyKind(header: readonly string[]): Kind {
  const part = (kind: Kind) =>
    Math.max(
      ...LAYOUTS[kind].map(
        (layout) => Object.keys(columnsOf(kind, header, layout)).length / Object.keys(layout.fields).length,
      ),
    );
  return part("claims") > part("patients") ? "claims" : "patients";
}

/** The layout that has the most of its fields in a header, and what the header lacks of it. */
export function nearestLayout(kind: Kind, header: readonly string[]): { layout: Layout; missing: string[] } {
  const all = LAYOUTS[kind].map((layout) => {
    const found = columnsOf(kind, header, layout);
    const missing = Object.keys(layout.fields).filter((field) => !(field in found) && !mayLack(kind, field, header));
    return { layout, missing, part: missing.length / Object.keys(layout.fields).length };
  });
  return all.reduce((best, each) => (each.part < best.part ? each : best));
}

/** Whether a header may lack a field: a reason only if no column of another name could be meant. */
function mayLack(kind: Kind, field: string, header: readonly string[]): boolean {
  if (field === "quadrant") return true;
  if (field !== "reason") return false;
  const known = [...allFields(kind), "line", "reject_reason"].map(folded);
  return header.every((name) => known.includes(folded(name)));
}

/** The numbers of the columns that hold a field, in a file with this header and these columns chosen for it, if any. */
export function columnNumbers(
  kind: Kind,
  header: readonly string[],
  chosen: Readonly<Record<string, string | readonly string[]>> | undefined,
  field: string,
): number[] {
  const columns = (chosen ?? columnsOf(kind, header))[field] ?? [];
  const names = (typeof columns === "string" ? [columns] : columns).map(folded);
  return header.flatMap((name, number) => (names.includes(folded(name)) ? [number] : []));
}
