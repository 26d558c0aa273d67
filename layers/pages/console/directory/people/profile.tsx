/** What a person is, and the form that changes it. */
import { useState } from "preact/hooks";
import { useDraft } from "../../parts/drafts";
import { Panel } from "../../parts/page";
import { Code, Day, dollars, Fact, Facts, Time, words } from "../../parts/values";
import { href } from "../../router";
import { currentUser } from "../../session/session";
import { mayEdit, readsClaims, readsRegistry } from "../rights";
import { type MemberField, type Person, textOf } from "./fields";
import { HEALTH, KINDS } from "./kinds";
import { useSpecialties } from "./member_field";
import { PersonLink } from "./person_name";
import { type ChangeablePerson, draftKey, ProfileForm } from "./profile_form";

export function Profile(changeable: ChangeablePerson) {
  const { kind, person } = changeable;
  return (
    <>
      <Members {...changeable} title="Profile" name="profile" fields={KINDS[kind].fields}>
        <Fact name="Since">
          <Time iso={person.created_at} />
        </Fact>
        <Fact name={`Id of the ${kind}`}>
          <Code text={person.id} what={`id of the ${kind}`} />
        </Fact>
      </Members>
      {kind === "patient" && (
        <Members {...changeable} title="What the patient says of their health" name="health" fields={HEALTH} />
      )}
    </>
  );
}

interface MembersProps extends ChangeablePerson {
  title: string;
  name: string;
  fields: readonly MemberField[];
  children?: preact.ComponentChildren;
}

function Members({ title, children, ...form }: MembersProps) {
  const { kind, person, fields } = form;
  // What was typed before is shown again.
  const draft = useDraft(draftKey(form), {});
  const [isEdited, edit] = useState(draft.isChanged);
  const specialties = useSpecialties(kind === "doctor");
  const given = fields.filter((field) => textOf(person, field.name) !== "");
  return (
    <Panel title={title}>
      {isEdited ? (
        <ProfileForm {...form} close={() => edit(false)} />
      ) : (
        <>
          {given.length === 0 && !children && <p class="is-faint">Nothing was said yet.</p>}
          <Facts>
            {given.map((field) => (
              <Fact key={field.name} name={field.label}>
                <Value field={field} text={textOf(person, field.name)} person={person} specialties={specialties} />
              </Fact>
            ))}
            {children}
          </Facts>
          {mayEdit(currentUser(), kind, person.id) && (
            <button type="button" class="button" onClick={() => edit(true)}>
              Edit<span class="is-hidden-text"> {title}</span>
            </button>
          )}
        </>
      )}
    </Panel>
  );
}

interface ValueProps {
  field: MemberField;
  text: string;
  person: Person;
  specialties: ReturnType<typeof useSpecialties>;
}

function Value({ field: { name, type }, text, specialties }: ValueProps) {
  const user = currentUser();
  if (type === "institution" || type === "doctor") return <PersonLink kind={type} id={text} />;
  if (name === "specialty_id") return <>{specialties.find(([id]) => id === text)?.[1] ?? text}</>;
  if (name === "mrn" && readsRegistry(user)) return <a href={href(["patients"], { mrn: text })}>{text}</a>;
  if (name === "subscriber_number" && readsClaims(user)) {
    return <a href={href(["claims"], { subscriber_number: text })}>{text}</a>;
  }
  if (type === "day") return <Day iso={text} />;
  if (type === "dollars") return <>{dollars(text)}</>;
  if (type === "yes_no") return <>{text === "true" ? "Yes" : "No"}</>;
  if (type === "choice") return <>{words(text)}</>;
  return <>{text}</>;
}
