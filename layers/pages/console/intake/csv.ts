/** CSV as the service reads and writes it (RFC 4180 with any delimiter): texts in, the same texts out. */

export const DELIMITERS = [",", ";", "\t"] as const;
const LONGEST_CELL = 64 * 1024;
const SEP = /^"?sep=([\t!#-/:-@[-`{-~])"?[ \t]*(?:\r\n|\r|\n|$)/i;

/** A table's first row that is not blank, and the rows below it. */
export interface Csv {
  delimiter: string;
  header: string[];
  rows: string[][];
}

/** A file, or its beginning. Without a line `sep=;`, the delimiter that gives the most columns counts. */
export function readCsv(content: string): Csv {
  const text = content.replace(/^\uFEFF/, "");
  const sep = SEP.exec(text);
  const body = text.slice(sep?.[0].length ?? 0);
  const delimiters = sep?.[1] ? [sep[1]] : DELIMITERS;
  const widths = delimiters.map((each) => firstRow(body, each)?.length ?? 0);
  const delimiter = delimiters[widths.indexOf(Math.max(...widths))] as string;
  const [header = [], ...rows] = [...rowsOf(body, delimiter)].filter((cells) => !isBlank(cells));
  return { delimiter, header, rows };
}

export const isBlank = (cells: readonly string[]): boolean => cells.every((cell) => !cell.trim());

function firstRow(text: string, delimiter: string): string[] | undefined {
  for (const cells of rowsOf(text, delimiter)) if (!isBlank(cells)) return cells;
  return undefined;
}

/** The rows of a text. A row whose quotes are wrong ends with its first line, and is cut at its delimiters. */
export function* rowsOf(text: string, delimiter: string): Generator<string[]> {
  let start = 0;
  while (start < text.length) {
    const { cells, end } = record(text, start, delimiter) ?? brokenLine(text, start, delimiter);
    yield cells;
    start = end;
  }
}

interface Record {
  cells: string[];
  /** Where the next record begins. */
  end: number;
}

function record(text: string, start: number, delimiter: string): Record | undefined {
  const cells: string[] = [];
  for (let at = start; ; ) {
    const cell = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at, delimiter);
    if (!cell) return undefined;
    cells.push(cell.text);
    if (text[cell.end] === delimiter) {
      at = cell.end + 1;
    } else {
      const end = afterLineEnd(text, cell.end);
      return end === undefined ? undefined : { cells, end };
    }
  }
}

function quotedCell(text: string, start: number): { text: string; end: number } | undefined {
  let closing = text.indexOf('"', start + 1);
  while (closing >= 0 && text[closing + 1] === '"') closing = text.indexOf('"', closing + 2);
  if (closing < 0 || closing - start > LONGEST_CELL) return undefined;
  return { text: text.slice(start + 1, closing).replaceAll('""', '"'), end: closing + 1 };
}

function plainCell(text: string, start: number, delimiter: string): { text: string; end: number } {
  let end = start;
  while (end < text.length && text[end] !== delimiter && text[end] !== "\r" && text[end] !== "\n") end++;
  return { text: text.slice(start, end), end };
}

/** The place after the line end at `at`; undefined if there is other text. */
function afterLineEnd(text: string, at: number): number | undefined {
  if (at >= text.length) return at;
  if (text.startsWith("\r\n", at)) return at + 2;
  return text[at] === "\r" || text[at] === "\n" ? at + 1 : undefined;
}

function brokenLine(text: string, start: number, delimiter: string): Record {
  const line = plainCell(text, start, "\n");
  return { cells: line.text.split(delimiter), end: afterLineEnd(text, line.end) ?? text.length };
}

/** Rows as the service writes them: quotes only where they are needed, lines that end in CR LF. */
export function writeCsv(rows: readonly (readonly string[])[], delimiter: string): string {
  const quoted = (cell: string) =>
    cell.includes(delimiter) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  return rows.map((cells) => `${cells.map(quoted).join(delimiter)}\r\n`).join("");
}
