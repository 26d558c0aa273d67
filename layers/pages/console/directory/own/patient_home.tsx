/** A patient's home: what is open to them, what opens next, and their appointments. */
import { useGet } from "../../api/hooks";
import { Page, Panel } from "../../parts/page";
import { Loading } from "../../parts/states";
import { currentUser } from "../../session/session";
import { FilteredAppointments } from "../appointments/appointments_page";
import { CareTeam } from "../health/care_team";
import { Dashboard } from "../health/dashboard";
import { Validation } from "../health/validation";
import { partsOf, readsCareTeam } from "../people/parts_of_person";

const NO_FILTER = new URLSearchParams();

export function PatientHome({ id }: { id: string }) {
  const user = currentUser();
  const own = useGet("/api/v1/patients/{id}", { ids: [id] });
  return (
    <Page title="Home">
      <Loading from={own} lines={6}>
        {(patient) => (
          <>
            <Validation patient={patient} etag={own.etag} isLoading={own.isLoading} reload={own.reload} />
            {partsOf(user, "patient", patient).some((part) => part.name === "dashboard") && <Dashboard id={id} />}
            {readsCareTeam(user, patient) && <CareTeam id={id} />}
            <Panel title="Your appointments">
              <FilteredAppointments query={NO_FILTER} patientId={id} />
            </Panel>
          </>
        )}
      </Loading>
    </Page>
  );
}
