/** A new plan: from a small form, or from a JSON text that is pasted or read from a file. */

import { call } from "../api/call";
import { useAction } from "../api/hooks";
import { Problem } from "../api/problem";
import type { Body } from "../api/types";
import { useDraft } from "../parts/drafts";
import { Field, Form, LongTextField, TextField } from "../parts/form";
import { Page, Panel } from "../parts/page";
import { Empty } from "../parts/states";
import { say } from "../parts/toast";
import { go, href } from "../router";
import { amountOf, exactJson } from "./patch";
import { ABOVE } from "./plan_page";
import { mayWrite } from "./rights";

type NewPlan = Body<"post", "/v1/plan">;

export function NewPlanPage({ way }: { way: string }) {
  const isJson = way === "json";
  const other = isJson ? "form" : "json";
  if (!mayWrite())
    return (
      <Page title="New plan" above={ABOVE}>
        <Empty title="Your account may not make plans.">
          <p>An administrator can give it the role “plans”.</p>
        </Empty>
      </Page>
    );
  return (
    <Page
      title="New plan"
      above={ABOVE}
      actions={
        <a class="button" href={href(["plans"], { new: other })}>
          {isJson ? "Use the form" : "Paste or upload JSON"}
        </a>
      }
    >
      {isJson ? <FromJson /> : <FromForm />}
    </Page>
  );
}

/** Store a plan; then its page opens. */
function useCreate(done: () => void) {
  return useAction(async (idempotencyKey, body: unknown) => {
    const { data } = await call("post", "/v1/plan", { body: body as NewPlan, idempotencyKey });
    done();
    say("The plan was made.");
    go(["plans", data.objectId]);
  });
}

const inShares = (name: string): string => `/planCostShares/${name}`;

/** The faults that are shown at a field; what is wrong with the plan's organization is so with its cost shares' too. */
const POINTERS = [
  ...["/objectId", "/planType", "/_org", "/creationDate"],
  ...["deductible", "copay", "_org"].map(inShares),
];

const FIRST = { id: "", planType: "inNetwork", org: "", creationDate: "", deductible: "", copay: "" };

function FromForm() {
  const draft = useDraft("plan-form", { ...FIRST, creationDate: new Date().toISOString().slice(0, 10) });
  const create = useCreate(draft.clear);
  const field = (name: keyof typeof FIRST, label: string, pointer: string, hint?: string) => (
    <TextField
      label={label}
      {...(hint ? { hint } : {})}
      value={draft.value[name]}
      onInput={(text) => draft.set({ [name]: text })}
      pointer={pointer}
      problem={create.problem}
      input={{ autoComplete: "off", ...(name === "creationDate" ? { type: "date" } : {}) }}
    />
  );
  return (
    <Panel title="The plan" note="Its services are added on its page.">
      <Form
        onSubmit={() => create.run(planOf(draft.value))}
        submit="Make the plan"
        isRunning={create.isRunning}
        problem={create.problem}
        pointers={POINTERS}
      >
        {field("id", "Plan id", "/objectId", "As your systems name it; it cannot be changed.")}
        {field("planType", "Plan type", "/planType", "Such as inNetwork or outOfNetwork")}
        {field("org", "Organization", "/_org", "Such as example.com")}
        {field("creationDate", "Created", "/creationDate")}
        {field("deductible", "Deductible in dollars", inShares("deductible"))}
        {field("copay", "Copay in dollars", inShares("copay"), "May be empty")}
      </Form>
    </Panel>
  );
}

function planOf({ id, planType, org, creationDate, deductible, copay }: typeof FIRST) {
  return {
    objectId: id.trim(),
    objectType: "plan",
    planType: planType.trim(),
    _org: org.trim(),
    creationDate,
    planCostShares: {
      objectId: `${id.trim()}-costs`,
      objectType: "membercostshare",
      _org: org.trim(),
      deductible: amountOf(deductible),
      ...(copay.trim() ? { copay: amountOf(copay) } : {}),
    },
    linkedPlanServices: [],
  };
}

function FromJson() {
  const draft = useDraft("plan-json", { text: "" });
  const create = useCreate(draft.clear);
  const parse = useAction(async (_key, text: string) => {
    try {
      return exactJson(text);
    } catch (error) {
      throw new Problem(400, "This is no JSON", (error as Error).message);
    }
  });
  const submit = async () => {
    create.forget();
    const plan = await parse.run(draft.value.text);
    if (plan !== undefined) create.run(plan);
  };
  const read = async (file: File | undefined) => {
    if (file) draft.set({ text: await file.text() });
  };
  return (
    <Panel title="The plan as JSON" note="With its cost shares and linkedPlanServices, as the API describes it.">
      <Form
        onSubmit={submit}
        submit="Make the plan"
        isRunning={create.isRunning}
        problem={parse.problem ?? create.problem}
      >
        <TextFile onChosen={read} />
        <LongTextField
          label="JSON"
          hint="Faults are shown by their place in it, such as /linkedPlanServices/0/linkedService/name: the first service is 0."
          rows={16}
          value={draft.value.text}
          onInput={(text) => draft.set({ text })}
        />
      </Form>
    </Panel>
  );
}

function TextFile({ onChosen }: { onChosen: (file: File | undefined) => void }) {
  return (
    <Field label="File">
      {(given) => (
        <input
          {...given}
          type="file"
          accept="application/json,.json"
          onChange={(event) => onChosen(event.currentTarget.files?.[0])}
        />
      )}
    </Field>
  );
}
