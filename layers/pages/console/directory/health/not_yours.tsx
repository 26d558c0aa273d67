/** A patient whom a doctor does not see: what break-glass access means, the question for the reason; how to get here. */
import { useState } from "preact/hooks";
import { useGet } from "../../api/hooks";
import { Problem } from "../../api/problem";
import { useDraft } from "../../parts/drafts";
import { Form, TextField } from "../../parts/form";
import { Page, Panel } from "../../parts/page";
import { Empty, Failure, Skeleton } from "../../parts/states";
import { go, href } from "../../router";

const HOME = { title: "Home", href: href([]) };
const MOST = 500;

interface NotYoursProps {
  id: string;
  reload: () => void;
  give: (reason: string) => void;
}

export function NotYours({ id, reload, give }: NotYoursProps) {
  // Asked without a reason: the answer says whether one would help.
  const { data, problem } = useGet("/api/v1/patients/{id}/dashboard", { ids: [id] });
  const isRefused = problem?.status === 404;
  return (
    <Page title="Not one of your patients" above={HOME}>
      {isRefused && problem.members.break_glass === true && <ReasonForm id={id} give={give} />}
      {isRefused && problem.members.break_glass !== true && (
        <Empty title="No patient of yours has this id.">
          <p>
            Break-glass access, by which a doctor reads any patient in an emergency, is switched off in this system. Ask
            the staff of the directory to assign the patient to you.
          </p>
        </Empty>
      )}
      {!isRefused && <Failure problem={problem} retry={reload} />}
      {data && (
        <button type="button" class="button" onClick={reload}>
          Open the patient
        </button>
      )}
      {!data && !problem && <Skeleton />}
    </Page>
  );
}

function ReasonForm({ id, give }: Omit<NotYoursProps, "reload">) {
  const draft = useDraft(`break-glass/${id}`, { reason: "" });
  const [problem, setProblem] = useState<Problem>();
  const read = () => {
    const reason = draft.value.reason.trim();
    if (!reason || [...reason].length > MOST) {
      const message = `must have 1 to ${MOST} characters`;
      return setProblem(new Problem(400, "No reason", "Say why.", [{ pointer: "/reason", message }]));
    }
    draft.clear();
    give(reason);
  };
  return (
    <Panel title="Break the glass?">
      <p>No patient of yours has this id. In an emergency you may read any patient, if you say why:</p>
      <ul class="prose-list">
        <li>The patient's history keeps your name, the time and your reason before you see anything.</li>
        <li>You read the medical record and the dashboard. You cannot change anything.</li>
        <li>The access lasts until you end it, log out or reload this page.</li>
      </ul>
      <Form
        onSubmit={read}
        submit="Break the glass and read"
        isRunning={false}
        problem={problem}
        pointers={["/reason"]}
        isDangerous
        cancel={() => {
          draft.clear();
          go([]);
        }}
      >
        <TextField
          label="Reason"
          hint="Such as: unconscious in the emergency room."
          value={draft.value.reason}
          onInput={(reason) => draft.set({ reason })}
          pointer="/reason"
          problem={problem}
          input={{ autocomplete: "off" }}
        />
      </Form>
    </Panel>
  );
}

/** Opens a patient by id, whoever the patient's doctor is. */
export function EmergencyPage() {
  const [id, setId] = useState("");
  return (
    <Page title="Emergency" above={HOME}>
      <Panel title="Open a patient by id" note="Also one who is not yours: you are asked for the reason first.">
        <Form onSubmit={() => id.trim() && go(["directory", "patients", id.trim()])} submit="Open" isRunning={false}>
          <TextField
            label="Patient id"
            hint="The id in the directory; its staff can tell it to you."
            value={id}
            onInput={setId}
            input={{ autocomplete: "off", spellcheck: false, "data-search": "" } as object}
          />
        </Form>
      </Panel>
    </Page>
  );
}
