/** The files that a user has chosen, until they are sent: in memory, so that going to another room loses none. */
import { asProblem, isAbort, type Problem } from "../api/problem";
import type { Schema } from "../api/types";
import { store } from "../parts/store";
import { newId, session } from "../session/session";
import type { Csv } from "./csv";
import { readHead } from "./file_head";
import { columnsOf, type Kind, likelyKind, nearestLayout } from "./layouts";
import { upload } from "./upload";

type WholeMapping = NonNullable<Schema<"IngestUploadRequest">["mapping"]>;
/** What was chosen of a mapping; the columns are only there if they were chosen one by one. */
export type FileMapping = Partial<WholeMapping>;
const NO_MAPPING: WholeMapping = { columns: {}, date_format: null, encoding: null };

export interface Sending {
  id: string;
  file: File;
  /** The name that the service gets; it may differ from the file's. */
  name: string;
  kind: Kind;
  mapping: FileMapping;
  /** The columns and first rows, once they are read. */
  head?: Csv;
  state: "chosen" | "waiting" | "sending" | "sent" | "failed";
  sentBytes: number;
  problem?: Problem;
  key?: string;
  /** The job whose rejects these are, corrected. */
  corrects?: string | undefined;
}

export const sendings = store<readonly Sending[]>([]);

let ended = new AbortController();
let isBusy = false;
/** What a try that failed was about, with its key: the same upload again gets the same key. */
const tries = new Map<string, { about: string; key: string }>();
const onSent = new Map<string, () => void>();
/** The mappings of the files that were sent, by key: their corrected rejects need the same. */
const sentMappings = new Map<string, FileMapping>();

export const change = (id: string, changes: Partial<Sending>): void =>
  sendings.set(sendings.value.map((each) => (each.id === id ? { ...each, ...changes } : each)));

export const isOpen = ({ state }: Sending): boolean => state !== "sent";

/** Add files to be looked at, and sent later. */
export function choose(files: Iterable<File>): void {
  for (const file of files) look(add({ file, kind: "patients", mapping: {} }));
}

/** Send the corrected rejects of a job; `sent` is called when S3 has them. An earlier try of the same job is replaced. */
export function sendCorrections(file: File, kind: Kind, mapping: FileMapping, job: string, sent: () => void): void {
  for (const each of sendings.value) if (each.corrects === job && isOpen(each)) remove(each.id);
  const id = add({ file, kind, mapping, corrects: job });
  onSent.set(id, sent);
  send([id]);
}

function add(given: Pick<Sending, "file" | "kind" | "mapping" | "corrects">): string {
  const id = newId();
  sendings.set([...sendings.value, { ...given, id, name: given.file.name, state: "chosen", sentBytes: 0 }]);
  return id;
}

/** Read the beginning of a file, and choose its kind and what is known of its columns. */
async function look(id: string): Promise<void> {
  const head = await headOf(id);
  if (head) change(id, { head, ...likely(likelyKind(head.header), head) });
}

/** Read the beginning of a file again, in another encoding. */
export async function lookAgain(id: string): Promise<void> {
  const head = await headOf(id);
  if (head) change(id, { head });
}

async function headOf(id: string): Promise<Csv | undefined> {
  const sending = sendings.value.find((each) => each.id === id);
  if (!sending) return undefined;
  try {
    return await readHead(sending.file, sending.mapping.encoding ?? undefined);
  } catch {
    // Damaged, or not to be read any more: the service will say what is wrong with it.
    return { delimiter: ",", header: [], rows: [] };
  }
}

/** A kind, with a mapping to go on from if the header has none of its layouts. */
export const likely = (kind: Kind, { header }: Csv): Pick<Sending, "kind" | "mapping"> => ({
  kind,
  mapping: isUnknown(kind, header) ? { columns: columnsOf(kind, header) } : {},
});

/** Whether a file needs a mapping: its header has none of the layouts that the service knows. */
export const isUnknown = (kind: Kind, header: readonly string[]): boolean =>
  header.length > 0 && nearestLayout(kind, header).missing.length > 0;

export function remove(id: string): void {
  const isRunning = sendings.value.some((each) => each.id === id && each.state === "sending");
  sendings.set(sendings.value.filter((each) => each.id !== id));
  tries.delete(id);
  onSent.delete(id);
  if (isRunning) ended.abort();
}

/** Send files, one after another: which of two counts as later is their order. */
export async function send(ids: readonly string[]): Promise<void> {
  sendings.set(
    sendings.value.map((each) =>
      ids.includes(each.id) ? { ...withoutProblem(each), state: "waiting", sentBytes: 0 } : each,
    ),
  );
  if (isBusy) return;
  isBusy = true;
  for (let next = waiting(); next; next = waiting()) await sendOne(next);
  isBusy = false;
}

const waiting = () => sendings.value.find(({ state }) => state === "waiting");
const withoutProblem = ({ problem: _problem, ...rest }: Sending): Sending => rest;

async function sendOne(sending: Sending): Promise<void> {
  const { id, file, name, kind, mapping } = sending;
  const about = { filename: name, kind, mapping: Object.keys(mapping).length ? { ...NO_MAPPING, ...mapping } : null };
  const text = JSON.stringify(about);
  const before = tries.get(id);
  const key = before?.about === text ? before.key : newId();
  tries.set(id, { about: text, key });
  ended = new AbortController();
  change(id, { state: "sending" });
  try {
    const report = (sentBytes: number) => change(id, { sentBytes: Math.min(sentBytes, file.size) });
    const stored = await upload({ file, about, idempotencyKey: key, signal: ended.signal, report });
    sentMappings.set(stored, mapping);
    change(id, { state: "sent", key: stored, sentBytes: file.size });
    tries.delete(id);
    onSent.get(id)?.();
    onSent.delete(id);
  } catch (error) {
    if (!isAbort(error)) change(id, { state: "failed", problem: asProblem(error) });
  }
}

/** The mapping with which the file under a key was sent from this page. */
export const mappingOf = (key: string): FileMapping | undefined => sentMappings.get(key);

session.subscribe(() => {
  if (session.value.state !== "out") return;
  ended.abort();
  tries.clear();
  onSent.clear();
  sentMappings.clear();
  sendings.set([]);
});
addEventListener("beforeunload", (event) => {
  if (sendings.value.some(isOpen)) event.preventDefault();
});
