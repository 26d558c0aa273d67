/** Delete a plan, after a question. */
import { useState } from "preact/hooks";
import { call } from "../api/call";
import { useAction } from "../api/hooks";
import { Confirm } from "../parts/confirm";
import { say } from "../parts/toast";
import { go } from "../router";

export function DeletePlan({ id, etag, reread }: { id: string; etag: string; reread: () => void }) {
  const [isAsking, setAsking] = useState(false);
  const remove = useAction(async (_key, ids: string[], ifMatch: string) => {
    await call("delete", "/v1/plan/{id}", { ids, ifMatch });
    say(`The plan ${id} was deleted.`);
    go(["plans"]);
  });
  return (
    <>
      <button type="button" class="button is-danger-quiet" onClick={() => setAsking(true)}>
        Delete
      </button>
      {isAsking && (
        <Confirm
          title="Delete this plan?"
          submit="Delete the plan"
          action={remove}
          run={() => remove.run([id], etag)}
          close={() => setAsking(false)}
          reread={reread}
        >
          <p>Nobody finds the plan {id} and its services any more. Its history and past versions stay readable.</p>
        </Confirm>
      )}
    </>
  );
}
