/** Send a file: the API offers a form for it, and S3 takes it (docs/intake.md, "Sending files"). */
import { call } from "../api/call";
import { Problem } from "../api/problem";
import type { Schema } from "../api/types";

const CODE = /<Code>(\w+)<\/Code>/;

export interface Upload {
  file: Blob;
  /** What the service is told about it. */
  about: Schema<"IngestUploadRequest">;
  /** The same for every try of one upload: all of them write the same key. */
  idempotencyKey: string;
  signal: AbortSignal;
  report: (sentBytes: number) => void;
}

/** Send a file, and give its key. Raises Problem, or AbortError if `signal` ends it. */
export async function upload({ file, about, idempotencyKey, signal, report }: Upload): Promise<string> {
  const { data: offer } = await call("post", "/ingest/uploads", { body: about, idempotencyKey, signal });
  if (file.size > offer.max_bytes) {
    throw new Problem(
      413,
      "Too large",
      `A file may have ${megabytes(offer.max_bytes)}. Compress it to a .csv.gz file.`,
    );
  }
  const form = new FormData();
  for (const [name, value] of Object.entries(offer.fields)) form.append(name, value);
  form.append("file", file, about.filename);
  await post(offer.url, form, signal, report);
  return offer.key;
}

export const megabytes = (bytes: number): string =>
  bytes < 1_000_000
    ? `${(bytes / 1000).toFixed(1)} KB`
    : `${(bytes / 1_000_000).toLocaleString("en-US", { maximumFractionDigits: 1 })} MB`;

/** With XMLHttpRequest, because fetch does not say how much of a body is sent. */
function post(url: string, form: FormData, signal: AbortSignal, report: (sent: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const isTaken = () => request.status >= 200 && request.status < 300;
    request.upload.onprogress = (event) => report(event.loaded);
    request.onload = () => (isTaken() ? resolve() : reject(refusal(request)));
    request.onerror = () =>
      reject(
        new Problem(
          0,
          "The upload broke off",
          "The file and all you entered are kept: try again. If the file has changed since you chose it, choose it again.",
        ),
      );
    request.onabort = () => reject(new DOMException("The upload was ended.", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    request.open("POST", url);
    request.send(form);
  });
}

function refusal(request: XMLHttpRequest): Problem {
  const code = CODE.exec(request.responseText)?.[1];
  return new Problem(request.status, "The upload was refused", `S3 answered ${code ?? request.status}: try again.`);
}
