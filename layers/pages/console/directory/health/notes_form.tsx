/** A doctor's notes of a patient; each change replaces them. */
import { call } from "../../api/call";
import { useAction } from "../../api/hooks";
import type { Schema } from "../../api/types";
import { ChangedMeanwhile } from "../../parts/changed_meanwhile";
import { useDraft } from "../../parts/drafts";
import { Form, LongTextField } from "../../parts/form";
import { say } from "../../parts/toast";

interface NotesFormProps {
  patientId: string;
  notes: Schema<"StoredNotes"> | null;
  reload: () => void;
}

export function NotesForm({ patientId, notes, reload }: NotesFormProps) {
  const draft = useDraft<{ notes?: string; base?: string }>(`notes/${patientId}`, {});
  const stored = notes?.notes ?? "";
  const save = useAction(async (_key, ids: string[], text: string, ifMatch: string | undefined) => {
    await call("put", "/api/v1/doctors/me/patients/{id}/medical-record", {
      ids,
      body: { notes: text },
      // Notes that nobody wrote yet have no version: they are made only if that is still so.
      ...(ifMatch ? { ifMatch } : { ifNoneMatch: "*" }),
    });
    draft.clear();
    say("The notes were saved.");
    reload();
  });
  const { notes: typed, base } = draft.value;
  const isOther = base !== undefined && base !== stored && typed !== stored;
  return (
    <Form
      onSubmit={() => save.run([patientId], typed ?? stored, notes ? `"${notes.version}"` : undefined)}
      submit="Save the notes"
      isRunning={save.isRunning}
      problem={save.problem?.status === 412 ? undefined : save.problem}
      pointers={["/notes"]}
    >
      <ChangedMeanwhile
        problem={save.problem}
        reread={() => {
          save.forget();
          reload();
        }}
      />
      {isOther && (
        <>
          <h3>What others wrote in the meantime</h3>
          <p class="prose">{stored || "Nothing: the notes were cleared."}</p>
        </>
      )}
      <LongTextField
        label="Notes"
        hint="An empty text clears them."
        rows={6}
        value={typed ?? stored}
        onInput={(text) => draft.set({ notes: text, base: base ?? stored })}
        pointer="/notes"
        problem={save.problem}
      />
    </Form>
  );
}
