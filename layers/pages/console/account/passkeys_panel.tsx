/** The passkeys of the user: they replace password and code at a login. */
import { useState } from "preact/hooks";
import { call } from "../api/call";
import { useAction, useGet } from "../api/hooks";
import type { Body, Schema } from "../api/types";
import { Confirm } from "../parts/confirm";
import { Form, TextField } from "../parts/form";
import { Panel } from "../parts/page";
import { Empty, Loading } from "../parts/states";
import { say } from "../parts/toast";
import { ago, Time } from "../parts/values";
import { hasPasskeys, newPasskey } from "../session/passkeys";

type Passkey = Schema<"PasskeyEntry">;

export function PasskeysPanel() {
  const passkeys = useGet("/auth/passkeys");
  const [removed, choose] = useState<Passkey>();
  return (
    <Panel
      title="Passkeys"
      note="Fingerprint, face or PIN of a device, or a security key, in place of password and code."
    >
      <Loading from={passkeys}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="You have none yet." />
          ) : (
            <ul class="rows">
              {items.map((passkey) => (
                <li key={passkey.id}>
                  <div>
                    <p>
                      <strong>{passkey.name}</strong>
                    </p>
                    <p class="is-faint">
                      Last used {ago(passkey.last_used_at)} · since <Time iso={passkey.created_at} />
                    </p>
                  </div>
                  <button type="button" class="button is-danger-quiet" onClick={() => choose(passkey)}>
                    Remove
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Loading>
      {hasPasskeys() ? <NewPasskey added={passkeys.reload} /> : <p class="is-faint">This browser has no passkeys.</p>}
      {removed && <Remove passkey={removed} reload={passkeys.reload} onClose={() => choose(undefined)} />}
    </Panel>
  );
}

export function NewPasskey({ added }: { added: () => unknown }) {
  const [name, setName] = useState("");
  const add = useAction(async (_key, given: string) => {
    const { data } = await call("post", "/auth/passkeys/options");
    const credential = await newPasskey(data.publicKey);
    const body = { name: given || "Passkey", credential } as Body<"post", "/auth/passkeys">;
    await call("post", "/auth/passkeys", { body });
    setName("");
    say("The passkey was added.");
    await added();
  });
  return (
    <Form
      onSubmit={() => add.run(name.trim())}
      submit="Add a passkey"
      isRunning={add.isRunning}
      problem={add.problem}
      pointers={["/name"]}
    >
      <TextField
        label="Name of the new passkey"
        hint="Such as: laptop."
        value={name}
        onInput={setName}
        pointer="/name"
        problem={add.problem}
        input={{ autocomplete: "off", maxLength: 100 }}
      />
    </Form>
  );
}

function Remove({ passkey, reload, onClose }: { passkey: Passkey; reload: () => void; onClose: () => void }) {
  const remove = useAction(async (_key, id: string) => {
    await call("delete", "/auth/passkeys/{id}", { ids: [id] });
    say("The passkey was removed.");
    onClose();
    reload();
  });
  return (
    <Confirm
      title={`Remove ${passkey.name}?`}
      submit="Remove it"
      action={remove}
      run={() => remove.run(passkey.id)}
      close={onClose}
    >
      <p>It no longer logs you in. This cannot be undone; you can add it again.</p>
    </Confirm>
  );
}
