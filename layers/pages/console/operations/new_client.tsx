/** Make a machine. A call whose answer is lost may have made it: then its secret is lost, and it is to be deleted. */
import { call } from "../api/call";
import { useAction } from "../api/hooks";
import type { Schema } from "../api/types";
import { useDraft } from "../parts/drafts";
import { Form, TextField } from "../parts/form";
import { Panel } from "../parts/page";
import { RolesField } from "./user_words";

export function NewClient({
  made,
  failed,
}: {
  made: (client: Schema<"ClientWithSecret">) => void;
  failed: () => void;
}) {
  const draft = useDraft<Schema<"NewClient">>("clients/new", { name: "", roles: [] });
  const { name, roles } = draft.value;
  const create = useAction(async (_key, body: Schema<"NewClient">) => {
    const { data } = await call("post", "/clients", { body });
    draft.clear();
    made(data);
    return data;
  });
  const submit = async () => {
    if (!(await create.run({ name, roles }))) failed();
  };
  const { problem } = create;
  return (
    <Panel title="New machine" note="Its secret is shown once.">
      <Form
        onSubmit={submit}
        submit="Make the machine"
        isRunning={create.isRunning}
        problem={problem}
        pointers={["/name", "/roles"]}
      >
        <TextField
          label="Name"
          value={name}
          onInput={(value) => draft.set({ name: value })}
          pointer="/name"
          problem={problem}
          input={{ autocomplete: "off" }}
        />
        <RolesField value={roles} onInput={(value) => draft.set({ roles: value })} problem={problem} />
        {problem && (problem.isPassing || problem.status >= 500) && (
          <p>Look at the list before you try again: if the machine is there, delete it, for its secret is lost.</p>
        )}
      </Form>
    </Panel>
  );
}
