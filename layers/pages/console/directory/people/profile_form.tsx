/** Change some members of a person: sends those that differ, and shows what others changed in the meantime. */
import { call } from "../../api/call";
import { useAction } from "../../api/hooks";
import type { Body } from "../../api/types";
import { ChangedMeanwhile } from "../../parts/changed_meanwhile";
import { useDraft } from "../../parts/drafts";
import { Form } from "../../parts/form";
import { say } from "../../parts/toast";
import { currentUser } from "../../session/session";
import { manages } from "../rights";
import { changedMembers, type Kind, type MemberField, type Person, type Texts, textOf } from "./fields";
import { KINDS } from "./kinds";
import { MemberInput } from "./member_field";

export interface ChangeablePerson {
  kind: Kind;
  person: Person;
  etag: string | undefined;
  /** Whether a newer version may be on its way: the ETag is not to be used until it is here. */
  isLoading: boolean;
  reload: () => void;
}

interface ProfileFormProps extends ChangeablePerson {
  /** Names the form among those of the person. */
  name: string;
  fields: readonly MemberField[];
  close: () => void;
}

/** The name of what is typed in the form. */
export const draftKey = ({ name, kind, person }: Pick<ProfileFormProps, "name" | "kind" | "person">): string =>
  `${name}/${kind}/${person.id}`;

/** What was typed, and what each member was when its user began to type. */
interface Typed {
  texts: Texts;
  bases: Texts;
}

export function ProfileForm({ kind, person, etag, isLoading, reload, name, fields, close }: ProfileFormProps) {
  const draft = useDraft<Typed>(draftKey({ name, kind, person }), { texts: {}, bases: {} });
  const { texts, bases } = draft.value;
  const isStaff = manages(currentUser());
  const changeable = fields.filter((field) => isStaff || field.isOwn);
  const changes = changedMembers(changeable, person, texts);
  const save = useAction(async (_key, body: object, ifMatch: string | undefined) => {
    await call("put", KINDS[kind].one, {
      ids: [person.id],
      body: body as Body<"put", (typeof KINDS)[Kind]["one"]>,
      ifMatch,
    });
    draft.clear();
    say("The changes were saved.");
    reload();
    close();
  });
  const type = (field: string, text: string) =>
    draft.set({
      texts: { ...texts, [field]: text },
      bases: { [field]: textOf(person, field), ...bases },
    });
  const meanwhile = (field: string) => {
    const [base, current] = [bases[field], textOf(person, field)];
    return base !== undefined && base !== current && texts[field] !== current ? current : undefined;
  };
  const leave = () => {
    draft.clear();
    close();
  };
  return (
    <Form
      onSubmit={() => (Object.keys(changes).length ? save.run(changes, etag) : leave())}
      submit="Save"
      isRunning={save.isRunning || isLoading}
      problem={save.problem?.status === 412 ? undefined : save.problem}
      pointers={changeable.map((field) => `/${field.name}`)}
      cancel={leave}
    >
      <ChangedMeanwhile
        problem={save.problem}
        reread={() => {
          save.forget();
          reload();
        }}
      />
      <div class="fields">
        {changeable.map((field) => (
          <MemberInput
            key={field.name}
            field={field}
            value={texts[field.name] ?? textOf(person, field.name)}
            onInput={(text) => type(field.name, text)}
            problem={save.problem}
            meanwhile={meanwhile(field.name)}
          />
        ))}
      </div>
    </Form>
  );
}
