/** The beginning of a file as text, to show and to find its layout; the service reads the file anew. */
import { type Csv, readCsv } from "./csv";

export const SHOWN_ROWS = 10;
const HEAD_BYTES = 256 * 1024;
const MARKS: readonly (readonly [number[], string])[] = [
  [[0xef, 0xbb, 0xbf], "utf-8"],
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
];
const GZIP = [0x1f, 0x8b];

/** The header and the first rows of a file. Raises if a compressed file is damaged. */
export async function readHead(file: Blob, encoding: string | undefined): Promise<Csv> {
  const bytes = await beginning(file);
  const csv = readCsv(decoded(bytes, encoding));
  return { ...csv, rows: csv.rows.slice(0, SHOWN_ROWS) };
}

const startsWith = (bytes: Uint8Array, mark: readonly number[]) => mark.every((byte, place) => bytes[place] === byte);

async function beginning(file: Blob): Promise<Uint8Array> {
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  if (!startsWith(bytes, GZIP)) return bytes;
  const reader = file.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const blocks: Uint8Array[] = [];
  for (let size = 0; size < HEAD_BYTES; ) {
    const { value, done } = await reader.read();
    if (done) break;
    blocks.push(value);
    size += value.length;
  }
  await reader.cancel();
  return new Uint8Array(await new Blob(blocks as BlobPart[]).arrayBuffer());
}

function decoded(bytes: Uint8Array, encoding: string | undefined): string {
  const marked = MARKS.find(([mark]) => startsWith(bytes, mark))?.[1];
  // Streaming, because the last character of the beginning may be cut.
  const read = (name: string, fatal: boolean) => new TextDecoder(name, { fatal }).decode(bytes, { stream: true });
  if (marked) return read(marked, false);
  try {
    return read("utf-8", true);
  } catch {
    try {
      return read(encoding ?? "windows-1252", false);
    } catch {
      return read("windows-1252", false); // an encoding that this browser does not know
    }
  }
}
