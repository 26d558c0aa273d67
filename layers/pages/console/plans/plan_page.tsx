/** One plan as it is now: to read, and to change for those who may. */
import { useState } from "preact/hooks";
import { type Answered, call } from "../api/call";
import { useGet } from "../api/hooks";
import { Page } from "../parts/page";
import { Failure, Loading } from "../parts/states";
import { href } from "../router";
import type { Plan } from "./changes";
import { DeletePlan } from "./delete_plan";
import { PlanEditor } from "./plan_editor";
import { mayWrite } from "./rights";

export const ABOVE = { title: "Plans", href: href(["plans"]) };

const PATH = "/v1/plan/{id}";

export function PlanPage({ id, query }: { id: string; query: URLSearchParams }) {
  const loaded = useGet(PATH, { ids: [id] });
  const [newer, setNewer] = useState<Answered<Plan>>();
  const plan = newer?.data ?? loaded.data;
  const etag = newer ? newer.etag : loaded.etag;
  const reread = () => {
    setNewer(undefined);
    loaded.reload();
  };
  const isAbsent = loaded.problem?.status === 404;
  return (
    <Page
      title={`Plan ${id}`}
      above={ABOVE}
      actions={
        <>
          {plan && etag && mayWrite() && <DeletePlan id={id} etag={etag} reread={reread} />}
          <a class="button" href={href(["plans", id, "history"])}>
            History
          </a>
        </>
      }
    >
      {isAbsent ? (
        <>
          <Failure problem={loaded.problem} />
          <p>
            If the plan was deleted, its <a href={href(["plans", id, "history"])}>history and past versions</a> stay
            readable.
          </p>
        </>
      ) : (
        <Loading from={{ ...loaded, data: plan }} lines={10}>
          {(data) => (
            <PlanEditor
              plan={data}
              etag={etag ?? ""}
              query={query}
              onWritten={setNewer}
              readAgain={() => call("get", PATH, { ids: [id] })}
            />
          )}
        </Loading>
      )}
    </Page>
  );
}
