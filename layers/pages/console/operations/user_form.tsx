/** Change a user's type and roles. What was not touched follows the user as it is now. */
import { call } from "../api/call";
import { useAction } from "../api/hooks";
import type { Schema } from "../api/types";
import { useDraft } from "../parts/drafts";
import { Form, SelectField } from "../parts/form";
import { Panel } from "../parts/page";
import { say } from "../parts/toast";
import { words } from "../parts/values";
import { PERSON_TYPES, type PersonType, type Role, RolesField, type User } from "./user_words";

export interface UserChange {
  user: User;
  etag: string;
  reload: () => void;
}

export function UserForm({ user, etag, reload }: UserChange) {
  const draft = useDraft<{ user_type: string; roles: Role[] }>(`users/${user.user_id}`, user);
  const { user_type, roles } = draft.value;
  const save = useAction(async (_key, body: Schema<"UserChanges">, ifMatch: string) => {
    await call("patch", "/users/{id}", { ids: [user.user_id], body, ifMatch });
    draft.clear();
    say("The user was changed.");
    reload();
  });
  const changes: Schema<"UserChanges"> = {
    user_type: user_type as PersonType,
    roles: user_type === "staff" ? roles : [],
    active: null,
  };
  const readAgain = () => {
    save.forget();
    reload();
  };
  return (
    <Panel title="Rights" note="A change takes effect at the user's next call.">
      <Form
        onSubmit={() => save.run(changes, etag)}
        submit="Save"
        isRunning={save.isRunning}
        problem={save.problem}
        pointers={["/user_type", "/roles"]}
        {...(draft.isChanged ? { cancel: draft.clear } : {})}
      >
        <SelectField
          label="Type"
          value={user_type}
          onInput={(value) => draft.set({ user_type: value })}
          options={PERSON_TYPES.map((type) => [type, words(type)])}
          pointer="/user_type"
          problem={save.problem}
        />
        {user_type === "staff" && (
          <RolesField value={roles} onInput={(value) => draft.set({ roles: value })} problem={save.problem} />
        )}
      </Form>
      {save.problem?.status === 412 && <ReadAgain onClick={readAgain} />}
    </Panel>
  );
}

function ReadAgain({ onClick }: { onClick: () => void }) {
  return (
    <div class="actions">
      <button type="button" class="button" onClick={onClick}>
        Read the user again, and keep my changes
      </button>
    </div>
  );
}
