/** One appointment: who and when, its status, and another time while it is scheduled. */
import { useState } from "preact/hooks";
import { call } from "../../api/call";
import { useAction, useGet } from "../../api/hooks";
import type { Schema } from "../../api/types";
import { Badge } from "../../parts/badge";
import { ChangedMeanwhile } from "../../parts/changed_meanwhile";
import { Confirm } from "../../parts/confirm";
import { useDraft } from "../../parts/drafts";
import { Form } from "../../parts/form";
import { Page, Panel } from "../../parts/page";
import { Failure, Loading } from "../../parts/states";
import { say } from "../../parts/toast";
import { Code, Fact, Facts, Time, words } from "../../parts/values";
import { href } from "../../router";
import { belongsTo, currentUser } from "../../session/session";
import { PersonLink } from "../people/person_name";
import { books } from "../rights";
import { TimeFields } from "./booking_page";
import { localTime, startOf } from "./days";
import { type AppointmentStatus, isFinal, movesOf, TONES } from "./statuses";

type Appointment = Schema<"AppointmentAnswer">;
type Changes = Partial<Schema<"AppointmentChanges">>;
const WORDS: Record<AppointmentStatus, string> = {
  scheduled: "Schedule",
  checked_in: "Check in",
  completed: "Complete",
  cancelled: "Cancel the appointment",
  no_show: "Did not come",
};

export function AppointmentPage({ id }: { id: string }) {
  const loaded = useGet("/api/v1/appointments/{id}", { ids: [id] });
  const status = loaded.data?.status;
  return (
    <Page
      title="Appointment"
      above={{ title: "Appointments", href: href(["directory", "appointments"]) }}
      badge={status && <Badge state={status} tone={TONES[status]} />}
    >
      <Loading from={loaded}>
        {(appointment) => (
          <Details appointment={appointment} etag={loaded.etag} isLoading={loaded.isLoading} reload={loaded.reload} />
        )}
      </Loading>
    </Page>
  );
}

interface DetailsProps {
  appointment: Appointment;
  etag: string | undefined;
  /** Whether a newer version may be on its way. */
  isLoading: boolean;
  reload: () => void;
}

function Details({ appointment, etag, isLoading, reload }: DetailsProps) {
  const user = currentUser();
  const [asked, ask] = useState<AppointmentStatus>();
  const change = useAction(async (_key, body: Changes, done: string, ifMatch: string | undefined) => {
    await call("put", "/api/v1/appointments/{id}", {
      ids: [appointment.id],
      body: body as Schema<"AppointmentChanges">,
      ifMatch,
    });
    say(done);
    ask(undefined);
    reload();
    return true;
  });
  const give = (status: AppointmentStatus) =>
    change.run({ status }, `The appointment is now ${words(status).toLowerCase()}.`, etag);
  const moves = belongsTo(user, ["patient", "doctor", "directory"]) ? movesOf(appointment.status, user.user_type) : [];
  const isBusy = change.isRunning || isLoading;
  const isStale = change.problem?.status === 412;
  return (
    <>
      <ChangedMeanwhile
        problem={change.problem}
        reread={() => {
          change.forget();
          ask(undefined);
          reload();
        }}
      />
      {!asked && <Failure problem={isStale ? undefined : change.problem} />}
      <Panel title="Details" note="Times are in the time zone of this browser.">
        <Facts>
          <Fact name="Start">
            <Time iso={appointment.start} />
          </Fact>
          <Fact name="Minutes">{appointment.minutes}</Fact>
          <Fact name="Doctor">
            <PersonLink kind="doctor" id={appointment.doctor_id} />
          </Fact>
          <Fact name="Patient">
            <PersonLink kind="patient" id={appointment.patient_id} />
          </Fact>
          <Fact name="Changed">
            <Time iso={appointment.updated_at} />
          </Fact>
          <Fact name="Appointment id">
            <Code text={appointment.id} what="appointment id" />
          </Fact>
        </Facts>
        {moves.length > 0 && (
          <div class="actions">
            {moves.map((status) => (
              <button
                key={status}
                type="button"
                class={status === "cancelled" ? "button is-danger-quiet" : "button"}
                aria-disabled={isBusy}
                onClick={() => !isBusy && (isFinal(status) ? ask(status) : give(status))}
              >
                {WORDS[status]}
              </button>
            ))}
          </div>
        )}
      </Panel>
      {appointment.status === "scheduled" && books(user) && (
        <Move appointment={appointment} etag={etag} isLoading={isLoading} change={change} />
      )}
      {asked && (
        <Confirm
          title={`${WORDS[asked]}?`}
          submit={WORDS[asked]}
          action={{ ...change, isRunning: isBusy }}
          run={() => give(asked)}
          close={() => ask(undefined)}
          isDangerous={asked === "cancelled"}
          reread={reload}
        >
          <p>The status “{words(asked)}” is final: nothing can follow it.</p>
        </Confirm>
      )}
    </>
  );
}

interface MoveProps extends Omit<DetailsProps, "reload"> {
  change: {
    run: (changes: Changes, done: string, ifMatch: string | undefined) => Promise<unknown>;
    isRunning: boolean;
    problem: Parameters<typeof Failure>[0]["problem"];
  };
}

function Move({ appointment, etag, isLoading, change }: MoveProps) {
  const now = localTime(appointment.start);
  const draft = useDraft(`appointment/${appointment.id}`, { ...now, minutes: String(appointment.minutes) });
  const { day, time, minutes } = draft.value;
  const changes: Changes = {
    ...(day === now.day && time === now.time ? {} : { start: startOf(day, time) }),
    ...(minutes === String(appointment.minutes) ? {} : { minutes: Number(minutes) }),
  };
  const move = async () => {
    if (!Object.keys(changes).length) return say("Nothing was changed.");
    if (await change.run(changes, "The appointment has another time.", etag)) draft.clear();
  };
  return (
    <Panel title="Another time">
      <Form
        onSubmit={move}
        submit="Move"
        isRunning={change.isRunning || isLoading}
        problem={change.problem?.faults.length ? change.problem : undefined}
        pointers={["/start", "/minutes"]}
      >
        <TimeFields day={day} time={time} minutes={minutes} set={draft.set} problem={change.problem} />
      </Form>
    </Panel>
  );
}
