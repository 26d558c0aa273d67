/** Make a person with its login: invited by mail, or with a first password. */
import { useState } from "preact/hooks";
import { call } from "../../api/call";
import { useAction } from "../../api/hooks";
import type { Body } from "../../api/types";
import { useDraft } from "../../parts/drafts";
import { Form, TextField } from "../../parts/form";
import { Page, Panel } from "../../parts/page";
import { say } from "../../parts/toast";
import { go, href } from "../../router";
import { fullName, type Kind, newMembers, type Texts } from "./fields";
import { KINDS } from "./kinds";
import { MemberInput } from "./member_field";

export function NewPersonPage({ kind }: { kind: Kind }) {
  const { section, title, fields, list } = KINDS[kind];
  const draft = useDraft<Record<string, string>>(`new/${kind}`, {});
  const [isInvited, invite] = useState(true);
  const [password, setPassword] = useState("");
  const create = useAction(async (idempotencyKey, body: object) => {
    const made = await call("post", list, { body: body as Body<"post", typeof list>, idempotencyKey });
    draft.clear();
    say(`${fullName(made.data)} was added${isInvited ? " and is invited by mail" : ""}.`);
    go(["directory", section, made.data.id]);
  });
  const login = isInvited ? { invite: true } : password ? { password } : {};
  return (
    <Page title={`New ${kind}`} above={{ title, href: href(["directory", section]) }}>
      <Form
        onSubmit={() => create.run({ ...newMembers(fields, draft.value as Texts), ...login })}
        submit={`Add the ${kind}`}
        isRunning={create.isRunning}
        problem={create.problem}
        pointers={[...fields.map((field) => `/${field.name}`), "/password"]}
      >
        <Panel title="Profile">
          <div class="fields">
            {fields.map((field) => (
              <MemberInput
                key={field.name}
                field={field}
                value={draft.value[field.name] ?? ""}
                onInput={(text) => draft.set({ [field.name]: text })}
                problem={create.problem}
              />
            ))}
          </div>
        </Panel>
        <Panel title="Login" note="The e-mail above is the login, and stays it.">
          <fieldset class="choices">
            <legend>The first password</legend>
            <label>
              <input type="radio" name="login" checked={isInvited} onChange={() => invite(true)} />
              Chosen by a link, sent by mail
            </label>
            <label>
              <input type="radio" name="login" checked={!isInvited} onChange={() => invite(false)} />
              Set here
            </label>
          </fieldset>
          {!isInvited && (
            <TextField
              label="Password"
              value={password}
              onInput={setPassword}
              input={{ type: "password", autocomplete: "new-password" }}
              hint="Eight characters or more, and not like the e-mail."
              pointer="/password"
              problem={create.problem}
            />
          )}
        </Panel>
      </Form>
    </Page>
  );
}
