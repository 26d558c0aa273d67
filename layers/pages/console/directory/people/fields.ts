/** What forms know of the members of people: their fields, and the JSON that the texts of a form mean. */
import type { Schema } from "../../api/types";

export type Kind = "institution" | "doctor" | "patient";
export type Person = Schema<"Institution"> | Schema<"Doctor"> | Schema<"DirectoryPatient">;

export interface MemberField {
  /** The place of the member in a person: `name`, `health_profile/height_cm`. */
  name: string;
  label: string;
  type: "text" | "long_text" | "email" | "phone" | "url" | "day" | "number" | "dollars" | "yes_no" | "choice" | Kind;
  hint?: string;
  isRequired?: boolean;
  /** Whether people may change it of themselves; the rest is the directory staff's. */
  isOwn?: boolean;
  options?: readonly string[];
}

/** The text of each field, by its name; an empty text is no value. */
export type Texts = Readonly<Record<string, string>>;
type Members = Record<string, unknown>;

export function textOf(person: object, name: string): string {
  const value = name.split("/").reduce<unknown>((from, part) => (from as Members | null | undefined)?.[part], person);
  return value === undefined || value === null ? "" : String(value);
}

/** The JSON value of a text; a text that is no number stays one, so that the API says what is wrong with it. */
function jsonOf({ type }: MemberField, text: string): unknown {
  const given = text.trim();
  if (given === "") return null;
  if (type === "yes_no") return given === "true";
  if (type === "number") return Number.isFinite(Number(given)) ? Number(given) : given;
  return given;
}

/** The members of a new person: those that were given. */
export function newMembers(fields: readonly MemberField[], texts: Texts): Members {
  return changedMembers(
    fields.filter(({ name }) => texts[name]?.trim()),
    {},
    texts,
  );
}

/**
 * The members of a person that the texts change; null takes one away. A member that has members itself, such as the
 * health profile, is replaced as a whole.
 */
export function changedMembers(fields: readonly MemberField[], before: object, texts: Texts): Members {
  const changes: Members = {};
  for (const field of fields) {
    const text = texts[field.name];
    if (text === undefined || text.trim() === textOf(before, field.name)) continue;
    const [member = "", inner] = field.name.split("/");
    if (inner === undefined) {
      changes[member] = jsonOf(field, text);
      continue;
    }
    const whole = {
      ...((changes[member] ?? (before as Members)[member]) as Members | null),
      [inner]: jsonOf(field, text),
    };
    const given = Object.entries(whole).filter(([, value]) => value !== null && value !== undefined);
    changes[member] = given.length ? Object.fromEntries(given) : null;
  }
  return changes;
}

export const fullName = (person: Person): string =>
  "name" in person ? person.name : `${person.first_name} ${person.last_name}`;
