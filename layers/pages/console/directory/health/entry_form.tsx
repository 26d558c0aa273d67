/** Write an entry, or correct one by a new version. */
import { call } from "../../api/call";
import { useAction } from "../../api/hooks";
import type { Schema } from "../../api/types";
import { ChangedMeanwhile } from "../../parts/changed_meanwhile";
import { Dialog } from "../../parts/dialog";
import { useDraft } from "../../parts/drafts";
import { Form, SelectField, TextField } from "../../parts/form";
import { say } from "../../parts/toast";
import { changedMembers, type MemberField, newMembers, textOf } from "../people/fields";
import { ENTRY_KINDS, type EntryKind } from "./entry_kinds";

const FIELDS: readonly MemberField[] = [
  { name: "name", label: "Name", type: "text" },
  { name: "code_system", label: "Code system", type: "choice" },
  { name: "code", label: "Code", type: "text" },
  { name: "since", label: "Since", type: "day" },
  { name: "until", label: "Until", type: "day" },
];
const SYSTEMS = ["ICD-10-CM", "RxNorm", "SNOMED"] as const;
const POINTERS = FIELDS.map((field) => `/${field.name}`);

interface EntryFormProps {
  patientId: string;
  kind: EntryKind;
  /** The entry to correct; without one, a new one is written. */
  entry?: Schema<"Entry">;
  close: () => void;
  reload: () => void;
}

export function EntryForm({ patientId, kind, entry, close, reload }: EntryFormProps) {
  const draft = useDraft<Record<string, string>>(`entry/${patientId}/${kind}/${entry?.id ?? "new"}`, {});
  const { one } = ENTRY_KINDS[kind];
  const done = (text: string) => {
    draft.clear();
    say(text);
    reload();
    close();
  };
  const add = useAction(async (idempotencyKey, body: object, ids: string[]) => {
    await call("post", "/api/v1/patients/{id}/{kind}", { ids, body: body as Schema<"NewEntry">, idempotencyKey });
    done(`The ${one} was added.`);
  });
  const change = useAction(async (_key, body: object, ids: string[], ifMatch: string) => {
    await call("put", "/api/v1/patients/{id}/{kind}/{entry_id}", {
      ids,
      body: body as Schema<"EntryChanges">,
      ifMatch,
    });
    done("The entry was corrected.");
  });
  const leave = () => {
    draft.clear();
    close();
  };
  const save = () => {
    if (!entry) return add.run(newMembers(FIELDS, draft.value), [patientId, kind]);
    const changes = changedMembers(FIELDS, entry, draft.value);
    if (!Object.keys(changes).length) return leave();
    return change.run(changes, [patientId, kind, entry.id], `"${entry.version}"`);
  };
  const action = entry ? change : add;
  const field = (name: string) => ({
    value: draft.value[name] ?? (entry ? textOf(entry, name) : ""),
    onInput: (text: string) => draft.set({ [name]: text }),
    pointer: `/${name}`,
    problem: action.problem,
  });
  return (
    <Dialog title={entry ? `Correct “${entry.name}”` : `New ${one}`} onClose={close}>
      <Form
        onSubmit={save}
        submit="Save"
        isRunning={action.isRunning}
        problem={action.problem?.status === 412 ? undefined : action.problem}
        pointers={POINTERS}
        cancel={leave}
      >
        <ChangedMeanwhile
          problem={action.problem}
          reread={() => {
            action.forget();
            reload();
          }}
        />
        <TextField label="Name" {...field("name")} />
        <SelectField
          label="Code system (optional)"
          {...field("code_system")}
          options={[["", "None"], ...SYSTEMS.map((each) => [each, each] as const)]}
        />
        <TextField label="Code (optional)" {...field("code")} />
        <TextField label="Since (optional)" {...field("since")} input={{ type: "date" }} />
        <TextField label="Until (optional)" {...field("until")} input={{ type: "date" }} />
      </Form>
    </Dialog>
  );
}
