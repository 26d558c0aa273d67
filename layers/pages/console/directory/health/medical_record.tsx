/** All that is known of a patient's health: what doctors wrote, their notes, visits and claims. */
import { useGet } from "../../api/hooks";
import type { Schema } from "../../api/types";
import { Badge } from "../../parts/badge";
import { Panel } from "../../parts/page";
import { Loading } from "../../parts/states";
import { UserName } from "../../parts/user_name";
import { count, Day, Money, Time } from "../../parts/values";
import { href } from "../../router";
import { currentUser } from "../../session/session";
import { Names } from "./dashboard";
import { ENTRY_KIND_NAMES, ENTRY_KINDS } from "./entry_kinds";
import { NotesForm } from "./notes_form";
import { treats } from "./steps";

type Record = Schema<"MedicalRecord">;

export function MedicalRecord({ id }: { id: string }) {
  const record = useGet("/api/v1/patients/{id}/medical-record", { ids: [id] });
  return (
    <Loading from={record} lines={8}>
      {(data) => <RecordParts record={data} reload={record.reload} />}
    </Loading>
  );
}

interface RecordProps {
  record: Record;
  reload: () => void;
  isReadOnly?: boolean;
}

export function RecordParts({ record, reload, isReadOnly = false }: RecordProps) {
  return (
    <>
      <Notes record={record} reload={reload} isReadOnly={isReadOnly} />
      <div class="columns">
        {ENTRY_KIND_NAMES.map((kind) => (
          <Panel key={kind} title={ENTRY_KINDS[kind].title}>
            <Names entries={record[kind === "family-history" ? "family_history" : kind]} />
          </Panel>
        ))}
      </div>
      <Visits visits={record.visits} all={record.visits_count} />
      {record.claims && <Claims claims={record.claims} />}
    </>
  );
}

function Notes({ record, reload, isReadOnly }: RecordProps) {
  const user = currentUser();
  const isTreated = treats({ ...user, reference_id: user.metadata.reference_id }, record.profile);
  const mayWrite = !isReadOnly && (user.user_type === "admin" || isTreated);
  const { notes } = record;
  return (
    <Panel title="Notes of the doctor">
      {notes && (
        <p class="is-faint filters-note">
          Written <Time iso={notes.at} /> by <UserName id={notes.by} />
        </p>
      )}
      {mayWrite ? (
        <NotesForm patientId={record.profile.id} notes={notes} reload={reload} />
      ) : (
        <p class={notes?.notes ? "prose" : "is-faint"}>{notes?.notes || "None"}</p>
      )}
    </Panel>
  );
}

export function Visits({ visits, all }: { visits: Record["visits"]; all: number }) {
  return (
    <Panel
      title="Visits"
      note={all > visits.length ? `The latest ${visits.length} of ${count(all)}.` : `${count(all)} in all.`}
    >
      {visits.length === 0 ? (
        <p class="is-faint">None</p>
      ) : (
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col">Account</th>
              <th scope="col">Reason</th>
            </tr>
          </thead>
          <tbody>
            {visits.map((visit) => (
              <tr key={visit.id}>
                <th scope="row">
                  <Day iso={visit.visit_date} />
                </th>
                <td>{visit.visit_account_number}</td>
                <td>{visit.reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

export function Claims({ claims }: { claims: readonly Schema<"Claim">[] }) {
  return (
    <Panel title="Claims" note="The latest ones, by the subscriber number.">
      {claims.length === 0 ? (
        <p class="is-faint">None</p>
      ) : (
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">Service date</th>
              <th scope="col">Procedure</th>
              <th scope="col" class="is-number">
                Net fee
              </th>
              <th scope="col">Status</th>
            </tr>
          </thead>
          <tbody>
            {claims.map((claim) => (
              <tr key={claim.id}>
                <th scope="row">
                  <a href={href(["claims", claim.id])}>
                    <Day iso={claim.service_date} />
                  </a>
                </th>
                <td>{claim.submitted_procedure}</td>
                <td class="is-number">
                  <Money amount={claim.net_fee} />
                </td>
                <td>
                  <Badge state={claim.status} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
