/** Give a machine a new secret, or delete it. */
import { useState } from "preact/hooks";
import { call } from "../api/call";
import { useAction } from "../api/hooks";
import type { Schema } from "../api/types";
import { Dialog } from "../parts/dialog";
import { Form, SelectField } from "../parts/form";
import { say } from "../parts/toast";

type Client = Schema<"ClientEntry">;

const OVERLAPS = [
  ["0", "At once"],
  ["3600", "After an hour"],
  ["86400", "After a day"],
] as const;

export function RotateClient({
  client,
  rotated,
  onClose,
}: {
  client: Client;
  rotated: (made: Schema<"ClientWithSecret">) => void;
  onClose: () => void;
}) {
  const [overlap, setOverlap] = useState("0");
  const rotate = useAction(async (_key, overlap_seconds: number) => {
    const { data } = await call("post", "/clients/{id}/rotate", { ids: [client.client_id], body: { overlap_seconds } });
    onClose();
    rotated(data);
  });
  return (
    <Dialog title={`A new secret for ${client.name}?`} onClose={onClose}>
      <p>The secret of now stops working, with the tokens that it got.</p>
      <Form
        onSubmit={() => rotate.run(Number(overlap))}
        submit="Make a new secret"
        isRunning={rotate.isRunning}
        problem={rotate.problem}
        pointers={["/overlap_seconds"]}
        isDangerous={overlap === "0"}
        cancel={onClose}
      >
        <SelectField
          label="When the secret of now stops working"
          value={overlap}
          onInput={setOverlap}
          options={OVERLAPS}
          pointer="/overlap_seconds"
          problem={rotate.problem}
        />
      </Form>
    </Dialog>
  );
}

export function DeleteClient({ client, reload, onClose }: { client: Client; reload: () => void; onClose: () => void }) {
  const remove = useAction(async (_key, id: string) => {
    await call("delete", "/clients/{id}", { ids: [id] });
    say(`${client.name} was deleted.`);
    onClose();
    reload();
  });
  return (
    <Dialog title={`Delete ${client.name}?`} onClose={onClose}>
      <p>Its secret and its tokens stop working at its next call. This cannot be undone.</p>
      <Form
        onSubmit={() => remove.run(client.client_id)}
        submit="Delete the machine"
        isRunning={remove.isRunning}
        problem={remove.problem}
        isDangerous
        cancel={onClose}
      >
        {null}
      </Form>
    </Dialog>
  );
}
