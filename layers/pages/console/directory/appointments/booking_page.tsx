/** Book an appointment of a doctor with one of the doctor's patients. */
import { call } from "../../api/call";
import { useAction, useGet } from "../../api/hooks";
import type { Problem } from "../../api/problem";
import type { Schema } from "../../api/types";
import { useDraft } from "../../parts/drafts";
import { Form, SelectField, TextField } from "../../parts/form";
import { Page, Panel } from "../../parts/page";
import { say } from "../../parts/toast";
import { time as timeText } from "../../parts/values";
import { go, href } from "../../router";
import { currentUser } from "../../session/session";
import { PersonName } from "../people/person_name";
import { PersonPicker } from "../people/person_picker";
import { localDay, startOf } from "./days";

const POINTERS = ["/doctor_id", "/patient_id", "/start", "/minutes"];
const MINUTES = "30";

export function BookingPage({ query }: { query: URLSearchParams }) {
  const { user_type, metadata } = currentUser();
  const isDoctor = user_type === "doctor";
  const [givenDoctor, givenPatient] = [query.get("doctor_id") ?? "", query.get("patient_id") ?? ""];
  const draft = useDraft(`booking/${givenDoctor}/${givenPatient}`, {
    doctor_id: isDoctor ? metadata.reference_id : givenDoctor,
    patient_id: givenPatient,
    day: localDay(new Date()),
    time: "",
    minutes: MINUTES,
  });
  const { doctor_id, patient_id, day, time, minutes } = draft.value;
  const book = useAction(async (idempotencyKey, body: Schema<"NewAppointment">) => {
    const made = await call("post", "/api/v1/appointments", { body, idempotencyKey });
    draft.clear();
    say(`Booked: ${timeText(made.data.start)}.`);
    go(["directory", "appointments", made.data.id]);
  });
  const send = () => book.run({ doctor_id, patient_id, start: startOf(day, time), minutes: Number(minutes) });
  return (
    <Page title="Book an appointment" above={{ title: "Appointments", href: href(["directory", "appointments"]) }}>
      <Panel title="Who and when" note="Times are in the time zone of this browser.">
        <Form onSubmit={send} submit="Book" isRunning={book.isRunning} problem={book.problem} pointers={POINTERS}>
          <div class="fields">
            {!isDoctor && (
              <PersonPicker
                kind="doctor"
                label="Doctor"
                value={doctor_id}
                onInput={(id) => draft.set({ doctor_id: id })}
                pointer="/doctor_id"
                problem={book.problem}
              />
            )}
            {isDoctor ? (
              <OwnPatientField
                value={patient_id}
                onInput={(id) => draft.set({ patient_id: id })}
                problem={book.problem}
              />
            ) : (
              <PersonPicker
                kind="patient"
                label="Patient"
                hint="One of the doctor's own, or of the doctor's institution."
                value={patient_id}
                onInput={(id) => draft.set({ patient_id: id })}
                pointer="/patient_id"
                problem={book.problem}
              />
            )}
          </div>
          <TimeFields day={day} time={time} minutes={minutes} set={draft.set} problem={book.problem} />
        </Form>
      </Panel>
    </Page>
  );
}

interface TimeTexts {
  day: string;
  time: string;
  minutes: string;
}

export function TimeFields({
  day,
  time,
  minutes,
  set,
  problem,
}: TimeTexts & { set: (change: Partial<TimeTexts>) => void; problem: Problem | undefined }) {
  return (
    <div class="fields">
      <TextField label="Day" value={day} onInput={(text) => set({ day: text })} input={{ type: "date" }} />
      <TextField
        label="Time"
        value={time}
        onInput={(text) => set({ time: text })}
        input={{ type: "time" }}
        pointer="/start"
        problem={problem}
      />
      <TextField
        label="Minutes"
        value={minutes}
        onInput={(text) => set({ minutes: text })}
        input={{ type: "number", min: 5, max: 480, step: 5 }}
        pointer="/minutes"
        problem={problem}
      />
    </div>
  );
}

/** A doctor books for the patient of the address, or for one of their own. */
function OwnPatientField({
  value,
  onInput,
  problem,
}: {
  value: string;
  onInput: (id: string) => void;
  problem: Problem | undefined;
}) {
  const own = useGet("/api/v1/doctors/me/patients", { query: { limit: 100 } });
  const patients = own.data?.patients ?? [];
  const isOther = value !== "" && own.data !== undefined && !patients.some((each) => each.id === value);
  if (isOther) {
    return (
      <p>
        Patient: <PersonName kind="patient" id={value} />
      </p>
    );
  }
  return (
    <SelectField
      label="Patient"
      hint={own.data?.nextCursor ? "The first 100; of the others, book on the patient's page." : ""}
      value={value}
      onInput={onInput}
      options={[["", "Choose"], ...patients.map((each) => [each.id, `${each.last_name}, ${each.first_name}`] as const)]}
      pointer="/patient_id"
      problem={problem}
    />
  );
}
