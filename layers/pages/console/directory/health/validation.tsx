/** How far a patient's validation is, and the next step for whoever takes it. */
import { call } from "../../api/call";
import { useAction, useGet } from "../../api/hooks";
import type { Schema } from "../../api/types";
import { ChangedMeanwhile } from "../../parts/changed_meanwhile";
import { useDraft } from "../../parts/drafts";
import { Form, LongTextField } from "../../parts/form";
import { Panel } from "../../parts/page";
import { say } from "../../parts/toast";
import { words } from "../../parts/values";
import { currentUser } from "../../session/session";
import { mayTake, type NextStatus, nextOf, OPENS, reaches, takerOf, VALIDATION_STATUSES } from "./steps";

export interface OnePatient {
  patient: Schema<"DirectoryPatient">;
  etag: string | undefined;
  /** Whether a newer version may be on its way. */
  isLoading: boolean;
  reload: () => void;
}

export function Validation(one: OnePatient) {
  const { patient } = one;
  const user = currentUser();
  const next = nextOf(patient.validation_status);
  const hasInstitution = useHasInstitution(patient, next);
  const taker = { ...user, reference_id: user.metadata.reference_id };
  const isOwn = user.user_type === "patient";
  return (
    <Panel title="Validation">
      <StepBar {...one} />
      {next === undefined ? (
        <p>{isOwn ? "You can read everything of yours." : "The patient can read everything of theirs."}</p>
      ) : hasInstitution === undefined ? null : mayTake(taker, patient, next, hasInstitution) ? (
        <StepForm {...one} next={next} />
      ) : (
        <p>
          Next, {takerOf(patient, next, hasInstitution, isOwn)} can take the step “{words(next)}”. It opens{" "}
          {OPENS[next]}
          {isOwn ? " to you." : " to the patient."}
        </p>
      )}
    </Panel>
  );
}

/** Whether the patient or the patient's doctor has an institution; undefined as long as that is not known. */
function useHasInstitution(patient: Schema<"DirectoryPatient">, next: NextStatus | undefined): boolean | undefined {
  const { user_type } = currentUser();
  const isAsked =
    next === "validated_by_institution" && !patient.institution_id && !["patient", "doctor"].includes(user_type);
  const doctor = useGet(isAsked && patient.doctor_id ? "/api/v1/doctors/{id}" : null, {
    ids: [patient.doctor_id ?? ""],
  });
  if (!isAsked || !patient.doctor_id) return true;
  if (doctor.problem) return true;
  return doctor.data && Boolean(doctor.data.institution_id);
}

function StepBar({ patient }: OnePatient) {
  const next = nextOf(patient.validation_status);
  return (
    <ol class="steps" aria-label="Steps of the validation">
      {VALIDATION_STATUSES.map((status) => {
        const isDone = reaches(patient.validation_status, status);
        const state = isDone ? "done" : status === next ? "next" : "later";
        return (
          <li
            key={status}
            class={`is-${state}`}
            aria-current={status === patient.validation_status ? "step" : undefined}
          >
            <p>
              <strong>{words(status)}</strong>
            </p>
            <p class="is-faint">
              {{ done: "Reached", next: "Next", later: "Later" }[state]}: opens {OPENS[status]}
            </p>
          </li>
        );
      })}
    </ol>
  );
}

function StepForm({ patient, etag, isLoading, reload, next }: OnePatient & { next: NextStatus }) {
  const draft = useDraft<{ reason: string }>(`validation/${patient.id}/${next}`, { reason: "" });
  const take = useAction(
    async (idempotencyKey, body: Schema<"ValidationStep">, ids: string[], ifMatch: string | undefined) => {
      await call("post", "/api/v1/patients/{id}/validation", { ids, body, ifMatch, idempotencyKey });
      draft.clear();
      say(`The validation is now: ${words(next).toLowerCase()}.`);
      reload();
    },
  );
  const reason = draft.value.reason.trim();
  return (
    <Form
      onSubmit={() =>
        take.run({ status: next, ...(reason ? { reason } : {}) } as Schema<"ValidationStep">, [patient.id], etag)
      }
      submit={`Next step: ${words(next)}`}
      isRunning={take.isRunning || isLoading}
      problem={take.problem?.status === 412 ? undefined : take.problem}
      pointers={["/status", "/reason"]}
    >
      <ChangedMeanwhile
        problem={take.problem}
        reread={() => {
          take.forget();
          reload();
        }}
      />
      <p>It opens {OPENS[next]} to the patient.</p>
      <LongTextField
        label="Reason (optional)"
        hint="It is kept in the patient's history."
        rows={2}
        value={draft.value.reason}
        onInput={(text) => draft.set({ reason: text })}
        pointer="/reason"
        problem={take.problem}
      />
    </Form>
  );
}
