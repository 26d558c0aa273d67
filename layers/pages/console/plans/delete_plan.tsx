/** Delete a plan, after a question. */
import { useState } from "preact/hooks";
import { call } from "../api/call";
import { useAction } from "../api/hooks";
import { Dialog } from "../parts/dialog";
import { Form } from "../parts/form";
import { say } from "../parts/toast";
import { go } from "../router";

export function DeletePlan({ id, etag }: { id: string; etag: string }) {
  const [isAsking, setAsking] = useState(false);
  const remove = useAction(async (_key, ids: string[], ifMatch: string) => {
    await call("delete", "/v1/plan/{id}", { ids, ifMatch });
    say(`The plan ${id} was deleted.`);
    go(["plans"]);
  });
  const close = () => {
    setAsking(false);
    remove.forget();
  };
  return (
    <>
      <button type="button" class="button is-danger-quiet" onClick={() => setAsking(true)}>
        Delete
      </button>
      {isAsking && (
        <Dialog title="Delete this plan?" onClose={close}>
          <p>The plan {id} and its services are found no more. Its history and past versions stay readable.</p>
          <Form
            onSubmit={() => remove.run([id], etag)}
            submit="Delete the plan"
            isRunning={remove.isRunning}
            problem={remove.problem}
            isDangerous
            cancel={close}
          >
            {null}
          </Form>
        </Dialog>
      )}
    </>
  );
}
