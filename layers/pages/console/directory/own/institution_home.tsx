/** An institution's home: the patients who wait for it, its doctors and its patients. */
import { useList } from "../../api/hooks";
import { Page, Panel } from "../../parts/page";
import { href } from "../../router";
import { DoctorTable, PatientTable } from "../people/people_page";

export function InstitutionHome({ id }: { id: string }) {
  const waiting = useList("/api/v1/institutions/{id}/patients", { validation_status: "validated_by_doctor" }, [id]);
  const doctors = useList("/api/v1/institutions/{id}/doctors", {}, [id]);
  const patients = useList("/api/v1/institutions/{id}/patients", {}, [id]);
  return (
    <Page
      title="Home"
      actions={
        <a class="button" href={href(["directory", "appointments"])}>
          Appointments
        </a>
      }
    >
      <Panel title="Patients to validate" note="A doctor has validated them; the next step is yours.">
        <PatientTable list={waiting} empty={<p>Nobody waits for you.</p>} />
      </Panel>
      <Panel title="Your doctors">
        <DoctorTable list={doctors} empty={<p>You have no doctors yet.</p>} />
      </Panel>
      <Panel title="Your patients">
        <PatientTable list={patients} empty={<p>Neither you nor your doctors have patients yet.</p>} />
      </Panel>
    </Page>
  );
}
