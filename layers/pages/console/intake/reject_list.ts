/** A job's list of rejects (docs/intake.md): its rows, and the list to send after some of them were corrected. */
import { DELIMITERS, rowsOf, writeCsv } from "./csv";

/** Ends the reason of a row whose cells are a guess: it is rejected until its reason is empty. */
const TO_CHECK = "check all cells of this row, then empty this one";
const FORMULA = /^'*[=+\-@\t\r]/;
const GUARDED = /^'+[=+\-@\t\r]/;

export interface Reject {
  line: string;
  /** Its faults, a sentence each. */
  reasons: string[];
  /** The file's own cells, as the list has them. */
  cells: string[];
  mustBeChecked: boolean;
}

export interface RejectList {
  delimiter: string;
  columns: string[];
  rejects: Reject[];
}

/** What a user has changed: cells by `cellKey`, and the lines of the rows whose guessed cells they have checked. */
export interface Corrections {
  cells: Readonly<Record<string, string>>;
  checked: Readonly<Record<string, boolean>>;
}

export const cellKey = (line: string, column: number): string => `${line}:${column}`;

/** The cell without the `'` that keeps a spreadsheet from running it as a formula. */
export const unguarded = (cell: string): string => (GUARDED.test(cell) ? cell.slice(1) : cell);
const guarded = (cell: string): string => (FORMULA.test(cell) ? `'${cell}` : cell);

/** Raises SyntaxError if the text is not a list of rejects. */
export function readRejects(text: string): RejectList {
  for (const delimiter of DELIMITERS) {
    const [header = [], ...rows] = rowsOf(text, delimiter);
    const own = header.length - 2;
    if (own < 0 || header[own] !== "line" || header[own + 1] !== "reject_reason") continue;
    const rejects = rows.map((cells) => {
      const reason = cells[own + 1] ?? "";
      return {
        line: cells[own] ?? "",
        reasons: sentences(reason),
        cells: cells.slice(0, own),
        mustBeChecked: reason.endsWith(TO_CHECK),
      };
    });
    return { delimiter, columns: header.slice(0, own), rejects };
  }
  throw new SyntaxError("The service's answer is not a list of rejects.");
}

/** Each sentence of a reason begins with its field: `mrn: …. birth_date (column Born): …`. */
const sentences = (reason: string): string[] => reason.split(/\. (?=[a-z_]+(?: \(column [^)]*\))?: )/);

/** The field that a sentence is about; none if it is about the whole row. */
export const fieldOf = (sentence: string): string | undefined => /^([a-z_]+)(?: \(column .*?\))?: /.exec(sentence)?.[1];

/** The column that a sentence names beside its field, if it has another name. */
export const columnOf = (sentence: string): string | undefined => /^[a-z_]+ \(column (.*?)\): /.exec(sentence)?.[1];

export const isCorrected = (reject: Reject, { cells, checked }: Corrections): boolean =>
  checked[reject.line] === true || reject.cells.some((_, column) => cellKey(reject.line, column) in cells);

/** The list to send: nothing but the corrected cells differs, and the reason of rows that were checked is empty. */
export function writeRejects(list: RejectList, corrections: Corrections, rejects: readonly Reject[]): string {
  const rows = rejects.map((reject) => [
    ...reject.cells.map((cell, column) => {
      const typed = corrections.cells[cellKey(reject.line, column)];
      return typed === undefined ? cell : guarded(typed);
    }),
    reject.line,
    corrections.checked[reject.line] ? "" : reject.reasons.join(". "),
  ]);
  return writeCsv([[...list.columns, "line", "reject_reason"], ...rows], list.delimiter);
}

/** A name that the service takes for the corrected rows of a file, under its key. */
export function correctedName(key: string): string {
  const name = key.slice(key.lastIndexOf("/") + 1).replace(/(?:-corrected)?\.csv(?:\.gz)?$/i, "");
  const safe = name
    .replace(/[^\p{L}\p{N}_ .,()@=+-]/gu, "")
    .replace(/^[^\p{L}\p{N}]+/u, "")
    .slice(0, 150);
  return `${safe || "rows"}-corrected.csv`;
}
