/** Give a machine a new secret, or delete it. */
import { useState } from "preact/hooks";
import { call } from "../api/call";
import { useAction } from "../api/hooks";
import type { Schema } from "../api/types";
import { Confirm } from "../parts/confirm";
import { SelectField } from "../parts/form";
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
    <Confirm
      title={`A new secret for ${client.name}?`}
      submit="Make a new secret"
      action={rotate}
      run={() => rotate.run(Number(overlap))}
      close={onClose}
      isDangerous={overlap === "0"}
      pointers={["/overlap_seconds"]}
    >
      <p>The current secret stops working, and so do the tokens that it got.</p>
      <SelectField
        label="When the current secret stops working"
        value={overlap}
        onInput={setOverlap}
        options={OVERLAPS}
        pointer="/overlap_seconds"
        problem={rotate.problem}
      />
    </Confirm>
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
    <Confirm
      title={`Delete ${client.name}?`}
      submit="Delete the machine"
      action={remove}
      run={() => remove.run(client.client_id)}
      close={onClose}
    >
      <p>Its secret and its tokens stop working at its next call. This cannot be undone.</p>
    </Confirm>
  );
}
