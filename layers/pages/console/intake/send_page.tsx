/** Choose files, say what is in them, and send them. */
import { useId, useState } from "preact/hooks";
import { SelectField, TextField } from "../parts/form";
import { Icon } from "../parts/icon";
import { Page, Panel } from "../parts/page";
import { Empty, Failure } from "../parts/states";
import { useStore } from "../parts/store";
import { href } from "../router";
import { ABOVE } from "./job_page";
import { useJob } from "./job_watch";
import { counted, outcome } from "./job_words";
import { maySend } from "./jobs_page";
import { type Kind, nearestLayout } from "./layouts";
import { MappingForm } from "./mapping_form";
import { Preview } from "./preview";
import { JobProgress, Progress } from "./progress";
import { change, choose, isUnknown, likely, lookAgain, remove, type Sending, send, sendings } from "./sendings";
import { megabytes } from "./upload";

export function SendPage() {
  const all = useStore(sendings);
  if (!maySend()) {
    return (
      <Page title="Send files" above={ABOVE}>
        <Empty title="Your account may look at files, but not send any." />
      </Page>
    );
  }
  const ready = all.filter(({ state, head }) => state === "chosen" && head);
  return (
    <Page title="Send files" above={ABOVE}>
      <Drop />
      {all.map((each) => (
        <Panel key={each.id} title={each.name} note={noteOf(each)}>
          <OneFile sending={each} />
        </Panel>
      ))}
      {ready.length > 0 && (
        <div class="actions">
          <button type="button" class="button is-main" onClick={() => send(ready.map(({ id }) => id))}>
            Send {counted(ready.length, "file")}
          </button>
        </div>
      )}
    </Page>
  );
}

const noteOf = ({ file, corrects }: Sending): string =>
  corrects ? `Corrected rows, ${megabytes(file.size)}` : megabytes(file.size);

function Drop() {
  const id = useId();
  const [isOver, setOver] = useState(false);
  const hold = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    choose(event.dataTransfer?.files ?? []);
  };
  return (
    <section
      class={isOver ? "drop is-over" : "drop"}
      aria-label="Files"
      onDragOver={hold}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Icon name="intake" />
      <label htmlFor={id}>Drop CSV files here, or choose them</label>
      <input
        id={id}
        type="file"
        multiple
        accept=".csv,.gz,text/csv,application/gzip"
        aria-describedby={`${id}-note`}
        onChange={({ currentTarget }) => {
          choose(currentTarget.files ?? []);
          currentTarget.value = ""; // so that the same file can be chosen again
        }}
      />
      <p id={`${id}-note`} class="is-faint">
        With a header, as .csv or .csv.gz, up to 5 GB each. Rows that were sent before change nothing.
      </p>
    </section>
  );
}

function OneFile({ sending }: { sending: Sending }) {
  switch (sending.state) {
    case "chosen":
      return <Chosen sending={sending} />;
    case "failed":
      return sending.corrects ? <FailedCorrections {...sending} /> : <Chosen sending={sending} />;
    case "sent":
      return sending.key ? <Sent fileKey={sending.key} id={sending.id} /> : null;
    default:
      return <Uploading sending={sending} />;
  }
}

function Chosen({ sending }: { sending: Sending }) {
  const { id, head, kind, name, mapping, problem, state } = sending;
  if (!head) return <p class="is-faint">Reading its first rows …</p>;
  const isNameWrong = problem !== undefined && problem.about("/filename").length > 0;
  return (
    <>
      <div class="fields">
        <SelectField
          label="Kind"
          value={kind}
          options={[
            ["patients", "Patients and visits"],
            ["claims", "Claims"],
          ]}
          onInput={(next) => change(id, likely(next as Kind, head))}
        />
        {(isNameWrong || !/\.csv(\.gz)?$/i.test(name)) && (
          <TextField
            label="Name"
            hint="It has to end in .csv or .csv.gz."
            value={name}
            onInput={(next) => change(id, { name: next })}
            pointer="/filename"
            problem={problem}
          />
        )}
      </div>
      <Recognised sending={sending} />
      {head.header.length > 0 && (
        <details open={isUnknown(kind, head.header)}>
          <summary>First rows and columns</summary>
          <Preview head={head} kind={kind} mapping={mapping} />
          <MappingForm
            kind={kind}
            header={head.header}
            rows={head.rows}
            mapping={mapping}
            problem={problem}
            onChange={(next) => {
              change(id, { mapping: next });
              if (next.encoding !== mapping.encoding) lookAgain(id);
            }}
          />
        </details>
      )}
      <Failure problem={problem} />
      <div class="actions">
        {state === "failed" && (
          <button type="button" class="button is-main" onClick={() => send([id])}>
            Try again
          </button>
        )}
        <button type="button" class="button" aria-label={`Remove ${name}`} onClick={() => remove(id)}>
          Remove
        </button>
      </div>
    </>
  );
}

function Recognised({ sending: { head, kind, mapping } }: { sending: Sending }) {
  const header = head?.header ?? [];
  if (!header.length) {
    return (
      <p class="banner" role="status">
        No rows of cells were found in it. It may be empty, or no CSV file.
      </p>
    );
  }
  if (!isUnknown(kind, header)) return <p>Its columns are known: {nearestLayout(kind, header).layout.name}.</p>;
  return (
    <p class="banner" role="status">
      {mapping.columns
        ? "Its columns have other names than ours. Choose below which column holds which field."
        : "Its columns have other names than ours. It is sent without a mapping, so it fails unless one in the bucket applies."}
    </p>
  );
}

function Uploading({ sending: { id, name, file, state, sentBytes } }: { sending: Sending }) {
  if (state === "waiting") {
    return (
      <>
        <p>Waits for the files before it.</p>
        <Cancel id={id} name={name} />
      </>
    );
  }
  return (
    <>
      <Progress
        label={`Upload of ${name}`}
        percent={file.size ? (sentBytes / file.size) * 100 : 0}
        note={`${megabytes(sentBytes)} of ${megabytes(file.size)} sent`}
      />
      <Cancel id={id} name={name} />
    </>
  );
}

function Cancel({ id, name }: { id: string; name: string }) {
  return (
    <button type="button" class="button" aria-label={`Cancel ${name}`} onClick={() => remove(id)}>
      Cancel
    </button>
  );
}

function FailedCorrections({ corrects = "", problem }: Sending) {
  return (
    <>
      <Failure problem={problem} />
      <p>
        Your corrections are kept. <a href={href(["intake", corrects, "rejects"])}>Go back to them</a> and send them
        again.
      </p>
    </>
  );
}

function Sent({ fileKey, id }: { fileKey: string; id: string }) {
  const { job, problem, pace } = useJob({ key: fileKey });
  return (
    <>
      <Failure problem={problem} />
      {job ? <JobProgress job={job} pace={pace} /> : <p role="status">Sent. Its job begins in a moment.</p>}
      {job?.error && <p class="is-bad">{job.error}</p>}
      {job?.status === "completed" && <p role="status">{outcome(job)}.</p>}
      <div class="actions">
        {job && (
          <a class="button" href={href(["intake", job.task_id])}>
            Open the job
          </a>
        )}
        {job && job.rejected > 0 && job.status === "completed" && (
          <a class="button is-main" href={href(["intake", job.task_id, "rejects"])}>
            Correct {counted(job.rejected, "reject")}
          </a>
        )}
        <button type="button" class="button is-quiet" onClick={() => remove(id)}>
          Take off this page
        </button>
      </div>
    </>
  );
}
