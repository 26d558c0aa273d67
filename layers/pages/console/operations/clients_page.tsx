/** Machines that call the API (clients): make one, give it a new secret, delete it. */
import { useState } from "preact/hooks";
import { useList } from "../api/hooks";
import type { Schema } from "../api/types";
import { Page, Panel } from "../parts/page";
import { Empty, Failure, Skeleton } from "../parts/states";
import { Code, Time } from "../parts/values";
import { DeleteClient, RotateClient } from "./client_actions";
import { NewClient } from "./new_client";
import { isAdmin } from "./rights";
import { ShownOnce } from "./shown_once";
import { OperationsTabs } from "./tabs";
import { rolesText } from "./user_words";

type Client = Schema<"ClientEntry">;

export function ClientsPage() {
  const clients = useList("/clients", {});
  const [shown, setShown] = useState<Schema<"ClientWithSecret">>();
  const show = (made: Schema<"ClientWithSecret">) => {
    setShown(made);
    clients.reload();
  };
  const { items, isComplete, isLoading, problem, reload, loadMore } = clients;
  return (
    <Page title="Machines">
      <OperationsTabs here="clients" />
      {isAdmin() && <NewClient made={show} failed={reload} />}
      <Panel title="Machines" note="The newest first. Each gets tokens with its id and its secret (POST /auth/token).">
        <Failure problem={problem} retry={reload} />
        {!items.length && !problem && (isLoading || !isComplete ? <Skeleton /> : <Empty title="There are none yet." />)}
        <ul class="rows">
          {items.map((client) => (
            <Row key={client.client_id} client={client} rotated={show} reload={reload} />
          ))}
        </ul>
        {!isComplete && items.length > 0 && (
          <div class="actions">
            <button type="button" class="button" aria-disabled={isLoading} onClick={loadMore}>
              Show more
            </button>
          </div>
        )}
      </Panel>
      {shown && (
        <ShownOnce
          title={`The secret of ${shown.name}`}
          what="secret"
          secret={shown.client_secret}
          onClose={() => setShown(undefined)}
        >
          <p>It is shown only now. Whoever has it can do what the machine can do.</p>
          <p>
            Client id: <Code text={shown.client_id} what="client id" />
          </p>
        </ShownOnce>
      )}
    </Page>
  );
}

function Row({
  client,
  rotated,
  reload,
}: {
  client: Client;
  rotated: (made: Schema<"ClientWithSecret">) => void;
  reload: () => void;
}) {
  const [chosen, choose] = useState<"rotate" | "delete">();
  const close = () => choose(undefined);
  return (
    <li>
      <div>
        <p>
          <strong>{client.name}</strong> <span class="is-faint">Roles: {rolesText(client.roles)}</span>
        </p>
        <p>
          <Code text={client.client_id} what="client id" />
        </p>
        <p class="is-faint">
          Made <Time iso={client.created_at} /> · secret from <Time iso={client.rotated_at} />
        </p>
      </div>
      {isAdmin() && (
        <span class="actions">
          <button type="button" class="button" onClick={() => choose("rotate")}>
            New secret
          </button>
          <button type="button" class="button is-danger-quiet" onClick={() => choose("delete")}>
            Delete
          </button>
        </span>
      )}
      {chosen === "rotate" && <RotateClient client={client} rotated={rotated} onClose={close} />}
      {chosen === "delete" && <DeleteClient client={client} reload={reload} onClose={close} />}
    </li>
  );
}
