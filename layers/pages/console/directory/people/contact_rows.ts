/** The records of a person's contacts as forms have them, and the lists that a PUT of them sends. */
import type { Schema } from "../../api/types";

export type Sort = "emails" | "phones" | "addresses";

export interface ContactRow {
  /** The id of a stored record; a new one has none. */
  id?: string;
  type: string;
  is_primary: boolean;
  is_verified: boolean;
  texts: Readonly<Record<string, string>>;
}

export type Rows = Record<Sort, readonly ContactRow[]>;

export interface RowField {
  name: string;
  label: string;
  hint?: string;
  isLong?: boolean;
}

export const SORTS: Record<
  Sort,
  { title: string; one: string; types: readonly string[]; fields: readonly RowField[] }
> = {
  emails: {
    title: "E-mails",
    one: "e-mail",
    types: ["work", "personal", "billing", "other"],
    fields: [{ name: "email_address", label: "E-mail" }],
  },
  phones: {
    title: "Phones",
    one: "phone",
    types: ["mobile", "work", "home", "fax", "other"],
    fields: [{ name: "number", label: "Number", hint: "With the country's code, such as +15551234567." }],
  },
  addresses: {
    title: "Addresses",
    one: "address",
    types: ["work", "home", "billing", "mailing", "other"],
    fields: [
      { name: "lines", label: "Street and number", isLong: true },
      { name: "city", label: "City" },
      { name: "region", label: "Region (optional)" },
      { name: "postal_code", label: "Postal code (optional)" },
      { name: "country", label: "Country", hint: "Two letters, such as US." },
    ],
  },
};
export const SORT_NAMES = Object.keys(SORTS) as Sort[];

export function rowsOf(contacts: Schema<"Contacts">): Rows {
  const rows = (sort: Sort) => contacts[sort].map((record) => rowOf(SORTS[sort].fields, record));
  return { emails: rows("emails"), phones: rows("phones"), addresses: rows("addresses") };
}

function rowOf(fields: readonly RowField[], record: Schema<"Contacts">[Sort][number]): ContactRow {
  const members = record as unknown as Record<string, string | string[] | null | undefined>;
  const text = (value: string | string[] | null | undefined) =>
    Array.isArray(value) ? value.join("\n") : (value ?? "");
  return {
    id: record.id,
    type: record.type,
    is_primary: record.is_primary,
    is_verified: record.is_verified,
    texts: Object.fromEntries(fields.map(({ name }) => [name, text(members[name])])),
  };
}

/** A new record; the first of its sort is the primary one. */
export const newRow = (sort: Sort, before: readonly ContactRow[]): ContactRow => ({
  type: SORTS[sort].types[0] ?? "other",
  is_primary: before.length === 0,
  is_verified: false,
  texts: Object.fromEntries(SORTS[sort].fields.map(({ name }) => [name, ""])),
});

/** The rows without one of them; if that was the primary one, the first is. */
export function withoutRow(rows: readonly ContactRow[], place: number): ContactRow[] {
  const left = rows.filter((_, each) => each !== place);
  const hasPrimary = left.some((row) => row.is_primary);
  return left.map((row, each) => (hasPrimary ? row : { ...row, is_primary: each === 0 }));
}

/** The lists that differ, as the API takes them; only staff say what is verified. */
export function changedLists(before: Rows, after: Rows, isStaff: boolean): Partial<Record<Sort, object[]>> {
  const changed = SORT_NAMES.filter((sort) => JSON.stringify(before[sort]) !== JSON.stringify(after[sort]));
  return Object.fromEntries(changed.map((sort) => [sort, after[sort].map((row) => recordOf(row, isStaff))]));
}

function recordOf({ id, type, is_primary, is_verified, texts }: ContactRow, isStaff: boolean): object {
  const members = Object.entries(texts)
    .map(([name, text]) => [name, name === "lines" ? linesOf(text) : text.trim()] as const)
    .filter(([, value]) => value.length > 0);
  return {
    ...(id ? { id } : {}),
    type,
    is_primary,
    ...(isStaff ? { is_verified } : {}),
    ...Object.fromEntries(members),
  };
}

const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
