/** One patient of the registry with the visits; and, where the directory ties them, the person and its claims. */
import { useGet } from "../api/hooks";
import type { Schema } from "../api/types";
import { Claims, Visits } from "../directory/health/medical_record";
import { readsClaims, seesAll } from "../directory/rights";
import { Badge } from "../parts/badge";
import { Page, Panel } from "../parts/page";
import { Loading } from "../parts/states";
import { Code, Day, Fact, Facts } from "../parts/values";
import { href } from "../router";
import { currentUser } from "../session/session";

const CLAIMS = 20;
const NAMESAKES = 100;

export function PatientPage({ id }: { id: string }) {
  const loaded = useGet("/patients/{id}", { ids: [id] });
  const { data } = loaded;
  return (
    <Page
      title={data ? `${data.person.first_name} ${data.person.last_name}` : "Patient"}
      above={{ title: "Patients", href: href(["patients"]) }}
    >
      <Loading from={loaded} lines={6}>
        {(patient) => (
          <>
            <Panel title="Registry">
              <Facts>
                <Fact name="MRN">
                  <Code text={patient.mrn} what="MRN" />
                </Fact>
                <Fact name="Date of birth">
                  <Day iso={patient.person.birth_date} />
                </Fact>
              </Facts>
            </Panel>
            {seesAll(currentUser()) && <InDirectory patient={patient} />}
            <Visits visits={patient.visits} all={patient.visits_count} />
          </>
        )}
      </Loading>
    </Page>
  );
}

/** The directory has no list by MRN: the person is found among those of the same name. */
function InDirectory({ patient }: { patient: Schema<"Patient"> }) {
  const { first_name, last_name } = patient.person;
  const namesakes = useGet("/api/v1/patients", { query: { last_name, first_name, limit: NAMESAKES } });
  const person = namesakes.data?.items.find((each) => each.mrn === patient.mrn);
  return (
    <>
      <Panel title="Directory" note="The person of this name who has this MRN.">
        <Loading from={namesakes} lines={2}>
          {() =>
            person ? (
              <Facts>
                <Fact name="Person">
                  <a href={href(["directory", "patients", person.id])}>
                    {person.first_name} {person.last_name}
                  </a>
                </Fact>
                <Fact name="Validation">
                  <Badge state={person.validation_status} />
                </Fact>
                <Fact name="Subscriber number">{person.subscriber_number ?? "None: no claims are tied"}</Fact>
              </Facts>
            ) : (
              <p class="is-faint">Nobody of this name has this MRN in the directory, so no claims are tied either.</p>
            )
          }
        </Loading>
      </Panel>
      {person?.subscriber_number && readsClaims(currentUser()) && <TiedClaims number={person.subscriber_number} />}
    </>
  );
}

function TiedClaims({ number }: { number: string }) {
  const claims = useGet("/claims", { query: { subscriber_number: number, limit: CLAIMS } });
  return (
    <Loading from={claims}>
      {({ items, nextCursor }) => (
        <>
          <Claims claims={items} />
          {nextCursor && (
            <p>
              <a href={href(["claims"], { subscriber_number: number })}>All claims of this subscriber</a>
            </p>
          )}
        </>
      )}
    </Loading>
  );
}
