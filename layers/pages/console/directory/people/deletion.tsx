/** Delete a person, and what is shown of one who is deleted. */
import { useState } from "preact/hooks";
import { call } from "../../api/call";
import { useAction } from "../../api/hooks";
import type { Problem } from "../../api/problem";
import { Confirm } from "../../parts/confirm";
import { Page } from "../../parts/page";
import { Failure } from "../../parts/states";
import { say } from "../../parts/toast";
import { time } from "../../parts/values";
import { go, href } from "../../router";
import { currentUser } from "../../session/session";
import { restores } from "../rights";
import { fullName, type Kind } from "./fields";
import { History, useHistory } from "./history";
import { KINDS } from "./kinds";
import type { ChangeablePerson } from "./profile_form";

export function DeleteButton({ kind, person, etag, isLoading, reload }: ChangeablePerson) {
  const [isAsked, ask] = useState(false);
  const remove = useAction(async (_key, id: string, ifMatch: string | undefined) => {
    await call("delete", KINDS[kind].one, { ids: [id], ifMatch });
    say(`${fullName(person)} was deleted.`);
    go(["directory", KINDS[kind].section]);
  });
  return (
    <>
      <button type="button" class="button is-danger-quiet" onClick={() => ask(true)}>
        Delete
      </button>
      {isAsked && (
        <Confirm
          title={`Delete ${fullName(person)}?`}
          submit={`Delete the ${kind}`}
          action={{ ...remove, isRunning: remove.isRunning || isLoading }}
          run={() => remove.run(person.id, etag)}
          close={() => ask(false)}
          reread={reload}
        >
          <p>
            All their sessions end, and nobody sees them any more. The e-mail and the license stay taken. Only an
            administrator can restore them.
          </p>
        </Confirm>
      )}
    </>
  );
}

/** In place of a person who cannot be read: the history says whether it is deleted. */
export function AbsentPerson({
  kind,
  id,
  problem,
  reload,
}: {
  kind: Kind;
  id: string;
  problem: Problem;
  reload: () => void;
}) {
  const { section, title, restore: path } = KINDS[kind];
  const history = useHistory(kind, id);
  const latest = history.items[0];
  const deleted = latest?.operation === "deleted" ? latest : undefined;
  const restore = useAction(async (idempotencyKey, ids: string[], ifMatch: string) => {
    await call("post", path, { ids, ifMatch, idempotencyKey });
    say(`The ${kind} was restored.`);
    reload();
  });
  const actions = deleted && restores(currentUser()) && (
    <button
      type="button"
      class="button is-main"
      aria-disabled={restore.isRunning}
      onClick={() => !restore.isRunning && restore.run([id], `"${deleted.version}"`)}
    >
      Restore
    </button>
  );
  return (
    <Page
      title={deleted ? `Deleted ${kind}` : `No such ${kind}`}
      above={{ title, href: href(["directory", section]) }}
      actions={actions}
    >
      <Failure problem={restore.problem} />
      {deleted ? (
        <>
          <p class="banner">
            Deleted on {time(deleted.at)}. {!actions && "An administrator can restore it."}
          </p>
          <History list={history} />
        </>
      ) : (
        !history.isLoading && <Failure problem={problem} retry={reload} />
      )}
    </Page>
  );
}
