/** A doctor's day: numbers, the appointments of today, and the own patients. */
import { useGet } from "../../api/hooks";
import { Page, Panel } from "../../parts/page";
import { Failure, Loading } from "../../parts/states";
import { count } from "../../parts/values";
import { href } from "../../router";
import { currentUser } from "../../session/session";
import { AppointmentList } from "../appointments/appointment_list";
import { BookLink } from "../appointments/appointments_page";
import { boundsOf, localDay } from "../appointments/days";
import { OwnPatients } from "./own_patients";

export function DoctorHome() {
  const { metadata } = currentUser();
  const own = ["directory", "doctors", metadata.reference_id];
  const today = localDay(new Date());
  const dashboard = useGet("/api/v1/doctors/me/dashboard");
  return (
    <Page
      title="Home"
      actions={
        <>
          <a class="button" href={href(["directory", "emergency"])}>
            Emergency
          </a>
          <BookLink params={{}} />
        </>
      }
    >
      <Loading from={dashboard} lines={2}>
        {({ total_patients, today_appointments, pending_reviews }) => (
          <div class="tiles">
            <NumberTile title="Your patients" value={total_patients} link={href([...own, "patients"])} />
            <NumberTile
              title="Appointments today"
              value={today_appointments}
              link={href(["directory", "appointments"], { day: today })}
            />
            <NumberTile title="Patients to validate" value={pending_reviews} isWaiting={pending_reviews > 0} />
          </div>
        )}
      </Loading>
      <Panel title="Appointments today" note="In the time zone of this browser.">
        <AppointmentList query={boundsOf(today)} empty={<p>No appointment today.</p>} />
      </Panel>
      <Panel title="Your patients" note="Those who are pending wait for your validation.">
        <OwnPatients />
      </Panel>
      <Institution />
    </Page>
  );
}

export function NumberTile({
  title,
  value,
  link,
  isWaiting,
}: {
  title: string;
  value: number;
  link?: string;
  isWaiting?: boolean;
}) {
  return (
    <section class={isWaiting ? "tile is-warn" : "tile"}>
      <h2>{link ? <a href={link}>{title}</a> : title}</h2>
      <p class="tile-value">{count(value)}</p>
    </section>
  );
}

function Institution() {
  const profile = useGet("/api/v1/doctors/me/profile");
  const hasOne = Boolean(profile.data?.institution_id);
  const institution = useGet(hasOne ? "/api/v1/doctors/me/institution" : null);
  if (!hasOne) return <Failure problem={profile.problem} retry={profile.reload} />;
  return (
    <Panel title="Your institution">
      <Loading from={institution} lines={1}>
        {({ name, contact_email }) => (
          <p>
            {name} · <a href={`mailto:${contact_email}`}>{contact_email}</a>
          </p>
        )}
      </Loading>
    </Panel>
  );
}
