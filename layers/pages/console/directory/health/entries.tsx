/** The conditions, medications, allergies and family history of a patient; the doctor who treats them writes them. */
import { useState } from "preact/hooks";
import { call } from "../../api/call";
import { useAction, useList } from "../../api/hooks";
import type { Schema } from "../../api/types";
import { Confirm } from "../../parts/confirm";
import { Dialog } from "../../parts/dialog";
import { Panel } from "../../parts/page";
import { Failure, Skeleton } from "../../parts/states";
import { Timeline } from "../../parts/timeline";
import { say } from "../../parts/toast";
import { words } from "../../parts/values";
import { currentUser } from "../../session/session";
import { EntryText } from "./dashboard";
import { EntryForm } from "./entry_form";
import { ENTRY_KIND_NAMES, ENTRY_KINDS, type EntryKind } from "./entry_kinds";
import { treats } from "./steps";

type Entry = Schema<"Entry">;

export function Entries({ patient }: { patient: Schema<"DirectoryPatient"> }) {
  const user = currentUser();
  const mayWrite = user.user_type === "admin" || treats({ ...user, reference_id: user.metadata.reference_id }, patient);
  return (
    <div class="columns">
      {ENTRY_KIND_NAMES.map((kind) => (
        <EntryPanel key={kind} patientId={patient.id} kind={kind} mayWrite={mayWrite} />
      ))}
    </div>
  );
}

interface EntryPanelProps {
  patientId: string;
  kind: EntryKind;
  mayWrite: boolean;
}

type Doing = { what: "add" } | { what: "change" | "delete" | "versions"; entry: Entry };

function EntryPanel({ patientId, kind, mayWrite }: EntryPanelProps) {
  const list = useList("/api/v1/patients/{id}/{kind}", {}, [patientId, kind]);
  const [doing, set] = useState<Doing>();
  const { title, one } = ENTRY_KINDS[kind];
  const close = () => set(undefined);
  const about = { patientId, kind, close, reload: list.reload };
  return (
    <Panel title={title}>
      {list.items.length === 0 && list.isComplete && <p class="is-faint">None</p>}
      <ul class="rows">
        {list.items.map((entry) => (
          <li key={entry.id}>
            <EntryText entry={entry} />
            <div class="actions">
              {mayWrite && <Small text="Edit" name={entry.name} onClick={() => set({ what: "change", entry })} />}
              <Small text="Versions" name={entry.name} onClick={() => set({ what: "versions", entry })} />
              {mayWrite && <Small text="Delete" name={entry.name} onClick={() => set({ what: "delete", entry })} />}
            </div>
          </li>
        ))}
      </ul>
      {list.isLoading && <Skeleton lines={2} />}
      <Failure problem={list.problem} retry={list.items.length ? list.loadMore : list.reload} />
      {!list.isComplete && !list.isLoading && !list.problem && (
        <button type="button" class="button" onClick={list.loadMore}>
          More
        </button>
      )}
      {mayWrite && (
        <button type="button" class="button" onClick={() => set({ what: "add" })}>
          Add {/^[aeiou]/.test(one) ? "an" : "a"} {one}
        </button>
      )}
      {doing?.what === "add" && <EntryForm {...about} />}
      {doing?.what === "change" && <EntryForm {...about} entry={current(list.items, doing.entry)} />}
      {doing?.what === "delete" && <Delete {...about} entry={current(list.items, doing.entry)} />}
      {doing?.what === "versions" && <Versions {...about} entry={doing.entry} />}
    </Panel>
  );
}

/** The entry as it was read last. */
const current = (items: readonly Entry[], entry: Entry): Entry => items.find((each) => each.id === entry.id) ?? entry;

function Small({ text, name, onClick }: { text: string; name: string; onClick: () => void }) {
  return (
    <button type="button" class="button is-quiet" onClick={onClick}>
      {text}
      <span class="is-hidden-text"> {name}</span>
    </button>
  );
}

interface OneEntry {
  patientId: string;
  kind: EntryKind;
  entry: Entry;
  close: () => void;
  reload: () => void;
}

function Delete({ patientId, kind, entry, close, reload }: OneEntry) {
  const remove = useAction(async (_key, ids: string[], ifMatch: string) => {
    await call("delete", "/api/v1/patients/{id}/{kind}/{entry_id}", { ids, ifMatch });
    say("The entry was deleted.");
    reload();
    close();
  });
  return (
    <Confirm
      title={`Delete “${entry.name}”?`}
      submit="Delete the entry"
      action={remove}
      run={() => remove.run([patientId, kind, entry.id], `"${entry.version}"`)}
      close={close}
      reread={reload}
    >
      <p>It leaves the lists and the record. This cannot be undone; its versions stay readable.</p>
    </Confirm>
  );
}

function Versions({ patientId, kind, entry, close }: OneEntry) {
  const ids = [patientId, kind, entry.id];
  const versions = useList("/api/v1/patients/{id}/{kind}/{entry_id}/history", {}, ids);
  return (
    <Dialog title={`Versions of “${entry.name}”`} onClose={close}>
      {versions.isLoading && <Skeleton />}
      <Failure problem={versions.problem} retry={versions.reload} />
      <Timeline
        happenings={versions.items.map((each) => ({
          key: String(each.version),
          title: words(each.operation),
          at: each.at,
          by: each.by,
          detail: <EntryText entry={each} />,
        }))}
      />
    </Dialog>
  );
}
