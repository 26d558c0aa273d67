/** The rejected rows of a file: correct them in place, and send them again. */
import { useMemo, useState } from "preact/hooks";
import { Problem } from "../api/problem";
import { useDraft } from "../parts/drafts";
import { Page, Panel } from "../parts/page";
import { Empty, Failure, Loading } from "../parts/states";
import { useStore } from "../parts/store";
import { go, href } from "../router";
import { hasEnded, type Job, useJob } from "./job_watch";
import { counted, fileName } from "./job_words";
import { maySend } from "./jobs_page";
import { allFields, columnNumbers, columnsOf } from "./layouts";
import { MappingForm } from "./mapping_form";
import { PartLinks, partOf } from "./pages_of";
import {
  type Corrections,
  correctedName,
  isCorrected,
  type RejectList,
  readRejects,
  writeRejects,
} from "./reject_list";
import { RejectTable } from "./reject_table";
import { save, useRowList } from "./row_list";
import { type FileMapping, isUnknown, mappingOf, sendCorrections, sendings } from "./sendings";

export function RejectsPage({ id, query }: { id: string; query: URLSearchParams }) {
  const { job, problem } = useJob({ id });
  const text = useRowList(id, "rejects", job?.status);
  const list = useMemo(() => parsed(text.data), [text.data]);
  const above = { title: job ? fileName(job.key) : "Job", href: href(["intake", id]) };
  const actions = text.data !== undefined && (
    <button type="button" class="button" onClick={() => save(text.data ?? "", "rejects.csv")}>
      Save as CSV
    </button>
  );
  return (
    <Page title="Rejects" above={above} actions={actions}>
      <Failure problem={list instanceof Problem ? list : undefined} retry={text.reload} />
      <Loading
        from={{
          data: job && list && !(list instanceof Problem) ? { job, list } : undefined,
          problem: text.problem ?? problem,
          reload: text.reload,
        }}
        lines={8}
      >
        {(loaded) =>
          loaded.list.rejects.length ? (
            <Correction {...loaded} query={query} />
          ) : (
            <Empty title="This file has no rejects" />
          )
        }
      </Loading>
    </Page>
  );
}

function parsed(text: string | undefined): RejectList | Problem | undefined {
  try {
    return text === undefined ? undefined : readRejects(text);
  } catch (error) {
    return new Problem(0, "Not readable", (error as Error).message);
  }
}

interface Typed extends Corrections {
  mapping: FileMapping;
  /** Whether rows without a correction are sent too. */
  sendsAll: boolean;
}

/** The mapping that the file had, if it was sent from this page; else what its header says. */
const firstMapping = ({ key, kind }: Job, { columns }: RejectList): FileMapping =>
  mappingOf(key) ?? (isUnknown(kind, columns) ? { columns: columnsOf(kind, columns) } : {});

function Correction({ job, list, query }: { job: Job; list: RejectList; query: URLSearchParams }) {
  const id = job.task_id;
  const draft = useDraft<Typed>(`rejects/${id}`, {
    cells: {},
    checked: {},
    mapping: firstMapping(job, list),
    sendsAll: false,
  });
  const [showsAll, setShowsAll] = useState(false);
  const last = useStore(sendings).findLast((each) => each.corrects === id && each.state !== "sent");
  const typed = draft.value;
  const part = partOf(list.rejects, query);
  const numbersOf = (field: string) => columnNumbers(job.kind, list.columns, typed.mapping.columns, field);
  const used = [...new Set(allFields(job.kind).flatMap(numbersOf))].sort((a, b) => a - b);
  const all = list.columns.map((_, number) => number);
  const isRunning = last !== undefined && last.state !== "failed";
  return (
    <>
      {!hasEnded(job) && <p class="banner">The job is still running: rows may be added to this list.</p>}
      <p class="is-faint">
        Correct the cells and send the rows again: those that are right now are stored, the others come back. The rows
        that were stored before stay as they are.
      </p>
      {used.length > 0 && used.length < all.length && (
        <label class="choice">
          <input type="checkbox" checked={showsAll} onChange={() => setShowsAll(!showsAll)} /> Show all{" "}
          {counted(all.length, "column")} of the file
        </label>
      )}
      <RejectTable
        list={list}
        rejects={part.shown}
        columns={showsAll || !used.length ? all : used}
        numbersOf={numbersOf}
        corrections={typed}
        isReadOnly={isRunning || !maySend()}
        onChange={draft.set}
      />
      <PartLinks part={part} />
      {maySend() && (
        <SendRows
          job={job}
          list={list}
          typed={typed}
          set={draft.set}
          clear={draft.clear}
          last={last}
          isRunning={isRunning}
        />
      )}
    </>
  );
}

interface SendRowsProps {
  job: Job;
  list: RejectList;
  typed: Typed;
  set: (change: Partial<Typed>) => void;
  clear: () => void;
  last: { problem?: Problem } | undefined;
  isRunning: boolean;
}

function SendRows({ job, list, typed, set, clear, last, isRunning }: SendRowsProps) {
  const corrected = list.rejects.filter((reject) => isCorrected(reject, typed));
  const rows = typed.sendsAll ? list.rejects : corrected;
  const send = () => {
    if (!rows.length || isRunning) return;
    const file = new File([writeRejects(list, typed, rows)], correctedName(job.key), { type: "text/csv" });
    sendCorrections(file, job.kind, typed.mapping, job.task_id, clear);
    go(["intake", "send"]);
  };
  return (
    <Panel title="Send the rows again">
      <details open={isUnknown(job.kind, list.columns) || Object.keys(typed.mapping).length > 0}>
        <summary>Columns and dates of the file</summary>
        <p class="is-faint">If the file was sent with a mapping, its rows need the same one.</p>
        <MappingForm
          kind={job.kind}
          header={list.columns}
          rows={list.rejects.slice(0, 10).map(({ cells }) => cells)}
          mapping={typed.mapping}
          problem={last?.problem}
          onChange={(mapping) => set({ mapping })}
        />
      </details>
      <label class="choice">
        <input type="checkbox" checked={typed.sendsAll} onChange={() => set({ sendsAll: !typed.sendsAll })} /> Also send
        the rows that I have not changed
      </label>
      <Failure problem={last?.problem} />
      <div class="actions">
        <button type="button" class="button is-main" aria-disabled={!rows.length || isRunning} onClick={send}>
          {isRunning ? "Sending …" : `Send ${counted(rows.length, "row")}`}
        </button>
        <p role="status" class="is-faint">
          {counted(corrected.length, "row")} corrected of {list.rejects.length}
        </p>
      </div>
    </Panel>
  );
}
