/** A plan whose cells are changed in place and saved together. What is typed stays until it is saved. */
import { useRef, useState } from "preact/hooks";
import { type Answered, call } from "../api/call";
import { useAction } from "../api/hooks";
import { Problem } from "../api/problem";
import { Dialog } from "../parts/dialog";
import { useDraft } from "../parts/drafts";
import { Failure } from "../parts/states";
import { say } from "../parts/toast";
import { count } from "../parts/values";
import { setParams } from "../router";
import { newId } from "../session/session";
import { added, type Changes, countOf, labelOf, NOTHING, nameCell, type Plan, rebased, serviceOf } from "./changes";
import { FaultList } from "./fault_list";
import { MergePanel } from "./merge_panel";
import { type Patch, patchOf } from "./patch";
import { PlanView } from "./plan_view";
import { mayWrite } from "./rights";

interface EditorProps {
  plan: Plan;
  etag: string;
  query: URLSearchParams;
  /** The plan has another version now. */
  onWritten: (answer: Answered<Plan>) => void;
  readAgain: () => Promise<Answered<Plan>>;
}

interface Sent {
  patch: Patch;
  changes: Changes;
}

/** The changes, and the version that they change. */
interface PlanDraft extends Changes {
  base: Plan;
  etag: string;
}

export function PlanEditor({ plan, etag, query, onWritten, readAgain }: EditorProps) {
  const draft = useDraft<PlanDraft>(`plan/${plan.objectId}`, { ...NOTHING, base: plan, etag });
  const [target, setTarget] = useState<{ cell: string }>();
  const sent = useRef<Sent | undefined>(undefined);
  const changes = draft.value;
  const isStale = changes.etag !== etag;
  const change = (next: Changes, base = changes.base, of = changes.etag) => {
    if (countOf(next)) draft.set({ ...next, base, etag: of });
    else draft.clear();
  };
  const save = useAction(async (_key, { mediaType, body }: Pick<Patch, "mediaType" | "body">, ifMatch: string) => {
    try {
      onWritten(await call("patch", "/v1/plan/{id}", { ids: [plan.objectId], mediaType, body, ifMatch }));
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 412) throw error;
      const theirs = await readAgain();
      onWritten(theirs);
      // If all of it is there already, the answer to an earlier try was lost.
      if (countOf(rebased(changes.base, theirs.data, changes, new Set()))) return;
    }
    draft.clear();
    say("The plan was saved.");
  });
  const submit = () => {
    const patch = patchOf(changes.base, changes);
    sent.current = { patch, changes };
    save.run({ mediaType: patch.mediaType, body: patch.body }, changes.etag);
  };
  const addService = () => {
    const id = newId();
    change(added(changes, id));
    setParams({ find: null, show: null });
    setTarget({ cell: nameCell(id) });
  };
  const faults = faultsOf(save.problem, sent.current, changes);
  const edited = { plan: changes.base, changes, faults, ...(mayWrite() ? { change } : {}) };
  return (
    <>
      {isStale && (
        <MergePanel base={changes.base} theirs={plan} changes={changes} onMerged={(next) => change(next, plan, etag)} />
      )}
      <PlanView
        edited={edited}
        query={query}
        target={target}
        actions={
          edited.change && (
            <button type="button" class="button" onClick={addService}>
              Add a service
            </button>
          )
        }
      />
      {draft.isChanged && (
        <div class="save-bar" role="region" aria-label="Changes">
          {save.problem?.faults.length ? (
            <FaultList
              faults={faults}
              name={(cell) => labelOf(changes.base, changes, cell)}
              go={(cell) => setTarget({ cell })}
            />
          ) : (
            <Failure problem={save.problem} />
          )}
          <SaveButtons
            changes={countOf(changes)}
            isStale={isStale}
            isRunning={save.isRunning}
            save={submit}
            discard={() => {
              draft.clear();
              save.forget();
            }}
          />
        </div>
      )}
    </>
  );
}

/** The faults by cell, without those of cells that were changed since. */
function faultsOf(problem: Problem | undefined, sent: Sent | undefined, now: Changes): Map<string, string[]> {
  const faults = new Map<string, string[]>();
  for (const { pointer, message } of (sent && problem?.faults) ?? []) {
    const cell = sent?.patch.cellOf(pointer) ?? pointer;
    const isGone = now.removed.includes(serviceOf(cell) ?? "");
    if (isGone || now.cells[cell] !== sent?.changes.cells[cell]) continue;
    faults.set(cell, [...(faults.get(cell) ?? []), message]);
  }
  return faults;
}

interface SaveProps {
  changes: number;
  isStale: boolean;
  isRunning: boolean;
  save: () => void;
  discard: () => void;
}

function SaveButtons({ changes, isStale, isRunning, save, discard }: SaveProps) {
  const [isAsking, setAsking] = useState(false);
  return (
    <div class="actions">
      <p role="status">
        {count(changes)} {changes === 1 ? "change" : "changes"} not saved
        {isStale && ": merge them first"}
      </p>
      <button
        type="button"
        class="button is-main"
        aria-disabled={isStale || isRunning}
        onClick={() => isStale || isRunning || save()}
      >
        {isRunning ? "Please wait …" : "Save"}
      </button>
      <button type="button" class="button" onClick={() => setAsking(true)}>
        Discard
      </button>
      {isAsking && (
        <Dialog title="Discard what you changed?" onClose={() => setAsking(false)}>
          <p>The plan stays as it is stored. What you typed cannot be brought back.</p>
          <div class="actions">
            <button type="button" class="button is-danger" onClick={discard}>
              Discard
            </button>
            <button type="button" class="button" onClick={() => setAsking(false)}>
              Go on
            </button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
