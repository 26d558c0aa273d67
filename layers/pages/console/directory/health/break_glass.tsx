/** Break-glass access: in an emergency, a doctor reads a patient who is not theirs, and says why. */
import { useState } from "preact/hooks";
import { useGet } from "../../api/hooks";
import type { Schema } from "../../api/types";
import { Badge } from "../../parts/badge";
import { Icon } from "../../parts/icon";
import { Page, Panel } from "../../parts/page";
import { Empty, Loading } from "../../parts/states";
import { store, useStore } from "../../parts/store";
import { Day, Fact, Facts, words } from "../../parts/values";
import { go, href } from "../../router";
import { session } from "../../session/session";
import { fullName, textOf } from "../people/fields";
import { HEALTH } from "../people/kinds";
import { Dashboard } from "./dashboard";
import { RecordParts } from "./medical_record";
import { NotYours } from "./not_yours";

const HOME = { title: "Home", href: href([]) };

/** The reasons that were given, by the id of the patient: in memory alone, until a logout or a reload of the page. */
const reasons = store<ReadonlyMap<string, string>>(new Map());
session.subscribe(() => {
  if (session.value.state === "out") reasons.set(new Map());
});

/** As the API takes a reason: a header is ASCII, and other texts are written as in RFC 8187. */
const headerOf = (reason: string): string =>
  /^[ -~]*$/.test(reason) && !/^utf-8''/i.test(reason) ? reason : `UTF-8''${encodeURIComponent(reason)}`;

/** In place of a patient whom a doctor does not see; `reload` looks whether they do by now. */
export function BreakGlass({ id, reload }: { id: string; reload: () => void }) {
  const given = useStore(reasons);
  const reason = given.get(id);
  if (reason !== undefined) return <BrokenGlass id={id} reason={reason} />;
  return <NotYours id={id} reload={reload} give={(text) => reasons.set(new Map([...given, [id, text]]))} />;
}

function end(id: string): void {
  reasons.set(new Map([...reasons.value].filter(([each]) => each !== id)));
  go([]);
}

function BrokenGlass({ id, reason }: { id: string; reason: string }) {
  const headers = { "X-Break-Glass": headerOf(reason) };
  const record = useGet("/api/v1/patients/{id}/medical-record", { ids: [id], headers });
  if (record.problem?.status === 404) {
    return (
      <Page title="No such patient" above={HOME}>
        <Empty title="No patient has this id.">
          <button type="button" class="button" onClick={() => end(id)}>
            Go to the home page
          </button>
        </Empty>
      </Page>
    );
  }
  return (
    <Page
      title={record.data ? fullName(record.data.profile) : "A patient who is not yours"}
      above={HOME}
      badge={
        <Badge state="break_glass" tone="bad">
          Break-glass access
        </Badge>
      }
    >
      <div class="banner is-bad is-kept" role="note">
        <Icon name="warning" />
        <p>
          <strong>You are reading a patient who is not yours.</strong> The patient's history says so. Your reason:{" "}
          {reason}
        </p>
        <button type="button" class="button" onClick={() => end(id)}>
          End the access
        </button>
      </div>
      <Loading from={record} lines={8}>
        {(data) => (
          <>
            <Patient patient={data.profile} />
            <RecordParts record={data} reload={record.reload} isReadOnly />
            <AlsoDashboard id={id} headers={headers} />
          </>
        )}
      </Loading>
    </Page>
  );
}

const EMERGENCY = ["health_profile/blood_type", "health_profile/height_cm", "health_profile/weight_kg"];

/** What one needs first of somebody whom one does not know. */
function Patient({ patient }: { patient: Schema<"DirectoryPatient"> }) {
  const facts = HEALTH.filter(({ name }) => EMERGENCY.includes(name) && textOf(patient, name));
  const { emergency_contact_name: contact, emergency_contact_phone: phone } = patient;
  return (
    <Panel title="Patient">
      <Facts>
        <Fact name="Date of birth">
          <Day iso={patient.date_of_birth} />
        </Fact>
        {facts.map(({ name, label }) => (
          <Fact key={name} name={label}>
            {textOf(patient, name)}
          </Fact>
        ))}
        {(contact || phone) && (
          <Fact name="Emergency contact">
            {contact} {phone && <a href={`tel:${phone}`}>{phone}</a>}
          </Fact>
        )}
        {patient.mrn && <Fact name="MRN">{patient.mrn}</Fact>}
        <Fact name="Validation">{words(patient.validation_status)}</Fact>
      </Facts>
    </Panel>
  );
}

/** Read when it is asked for: each reading is an entry of the patient's history. */
function AlsoDashboard({ id, headers }: { id: string; headers: Record<string, string> }) {
  const [isOpen, open] = useState(false);
  if (isOpen) return <Dashboard id={id} headers={headers} />;
  return (
    <Panel title="Dashboard" note="Age, body mass index, health score and next appointment.">
      <p>The patient's history notes this access as well, with the same reason.</p>
      <div class="actions">
        <button type="button" class="button" onClick={() => open(true)}>
          Read the dashboard too
        </button>
      </div>
    </Panel>
  );
}
