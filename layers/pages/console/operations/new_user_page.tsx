/** A new user, who gets a password from an administrator or chooses one by an invitation. */
import { useState } from "preact/hooks";
import { call } from "../api/call";
import { useAction } from "../api/hooks";
import type { Schema } from "../api/types";
import { useDraft } from "../parts/drafts";
import { Form, SelectField, TextField } from "../parts/form";
import { NewPasswordField } from "../parts/new_password_field";
import { Page, Panel } from "../parts/page";
import { Empty } from "../parts/states";
import { say } from "../parts/toast";
import { words } from "../parts/values";
import { go, href } from "../router";
import { type Invitation, InvitationLink, invite } from "./invitation";
import { isAdmin } from "./rights";
import { PERSON_TYPES, type PersonType, type Role, RolesField } from "./user_words";

interface Typed {
  email: string;
  user_type: PersonType;
  roles: Role[];
  reference_id: string;
  isInvited: boolean;
}

const FIRST: Typed = { email: "", user_type: "staff", roles: [], reference_id: "", isInvited: true };
const POINTERS = ["/email", "/user_type", "/roles", "/reference_id", "/password"];
const IS_A_PERSON: readonly PersonType[] = ["doctor", "institution", "patient"];

export function NewUserPage() {
  return (
    <Page title="New user" above={{ title: "Users", href: href(["operations", "users"]) }}>
      <Panel title="Who it is">{isAdmin() ? <NewUserForm /> : <Empty title="Only administrators make users." />}</Panel>
    </Page>
  );
}

function NewUserForm() {
  const draft = useDraft<Typed>("users/new", FIRST);
  const [password, setPassword] = useState("");
  const [made, setMade] = useState<{ id: string; email: string; invitation: Invitation }>();
  const { email, user_type, roles, reference_id, isInvited } = draft.value;
  const create = useAction(async (idempotencyKey, body: Schema<"NewUser">) => {
    const { data } = await call("post", "/users/create", { body, idempotencyKey });
    const isToHandOver = body.invite && !data.invitation_mailed;
    const invitation = isToHandOver ? await invite(data.user_id, `${idempotencyKey}-invite`) : undefined;
    draft.clear();
    setPassword("");
    say(`${data.email} is a user now.`);
    if (invitation) setMade({ id: data.user_id, email: data.email, invitation });
    else go(["operations", "users", data.user_id]);
  });
  const { problem } = create;
  const typed = (): Schema<"NewUser"> => ({
    email,
    user_type,
    roles: user_type === "staff" ? roles : [],
    invite: isInvited,
    password: isInvited ? null : password,
    reference_id: IS_A_PERSON.includes(user_type) && reference_id ? reference_id : null,
  });
  return (
    <>
      <Form
        onSubmit={() => create.run(typed())}
        submit={isInvited ? "Make and invite the user" : "Make the user"}
        isRunning={create.isRunning}
        problem={problem}
        pointers={POINTERS}
      >
        <TextField
          label="E-mail"
          value={email}
          onInput={(value) => draft.set({ email: value })}
          pointer="/email"
          problem={problem}
          input={{ type: "email", autocomplete: "off", spellcheck: false }}
        />
        <SelectField
          label="Type"
          value={user_type}
          onInput={(value) => draft.set({ user_type: value as PersonType })}
          options={PERSON_TYPES.map((type) => [type, words(type)])}
          pointer="/user_type"
          problem={problem}
        />
        {user_type === "staff" && (
          <RolesField value={roles} onInput={(value) => draft.set({ roles: value })} problem={problem} />
        )}
        {IS_A_PERSON.includes(user_type) && (
          <TextField
            label={`Id of the ${user_type} in the directory`}
            value={reference_id}
            onInput={(value) => draft.set({ reference_id: value })}
            pointer="/reference_id"
            problem={problem}
          />
        )}
        <fieldset class="choices">
          <legend>Password</legend>
          <label>
            <input type="radio" name="invite" checked={isInvited} onChange={() => draft.set({ isInvited: true })} />
            The user chooses it, by a link
          </label>
          <label>
            <input type="radio" name="invite" checked={!isInvited} onChange={() => draft.set({ isInvited: false })} />I
            choose it
          </label>
        </fieldset>
        {!isInvited && (
          <NewPasswordField
            label="Password"
            pointer="/password"
            value={password}
            onInput={setPassword}
            problem={problem}
          />
        )}
      </Form>
      {made && (
        <InvitationLink
          email={made.email}
          invitation={made.invitation}
          onClose={() => go(["operations", "users", made.id])}
        />
      )}
    </>
  );
}
