/** The doctor and the institution of a patient. */
import { useGet } from "../../api/hooks";
import type { Schema } from "../../api/types";
import { Panel } from "../../parts/page";
import { Loading } from "../../parts/states";
import { Fact, Facts } from "../../parts/values";
import { href } from "../../router";
import { currentUser } from "../../session/session";
import type { Kind } from "../people/fields";
import { KINDS } from "../people/kinds";
import { useSpecialties } from "../people/member_field";

export function CareTeam({ id }: { id: string }) {
  const team = useGet("/api/v1/patients/{id}/care-team", { ids: [id] });
  return (
    <Panel title="Care team">
      <Loading from={team}>
        {({ doctor, institution }) => (
          <Facts>
            <Fact name="Doctor">
              <Member kind="doctor" member={doctor} />
            </Fact>
            <Fact name="Institution">
              <Member kind="institution" member={institution} />
            </Fact>
          </Facts>
        )}
      </Loading>
    </Panel>
  );
}

function Member({ kind, member }: { kind: Kind; member: Schema<"CareMember"> | null }) {
  const specialties = useSpecialties(Boolean(member?.specialty_id));
  if (!member) return <>None</>;
  // Patients read neither doctors nor institutions, doctors no institutions.
  const readers = kind === "doctor" ? ["patient"] : ["patient", "doctor"];
  const isLink = !readers.includes(currentUser().user_type);
  return (
    <>
      {isLink ? <a href={href(["directory", KINDS[kind].section, member.id])}>{member.name}</a> : member.name}
      <p class="is-faint">
        {member.specialty_id && (
          <>{specialties.find(([id]) => id === member.specialty_id)?.[1] ?? member.specialty_id} · </>
        )}
        <a href={`mailto:${member.contact_email}`}>{member.contact_email}</a>
      </p>
    </>
  );
}
