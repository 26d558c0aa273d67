/** The decision that ends a claim's review. */
import { call } from "../api/call";
import { useAction } from "../api/hooks";
import type { Schema } from "../api/types";
import { useDraft } from "../parts/drafts";
import { Form, LongTextField, SelectField } from "../parts/form";
import { Panel } from "../parts/page";
import { say } from "../parts/toast";
import type { Change } from "./claim_actions";

const DECISIONS = { approve: "Approve: pay it", refuse: "Refuse: let it fail" } as const;

export function ReviewForm({ claim, etag, reload }: Change) {
  const draft = useDraft<Schema<"PaymentDecision">>(`review/${claim.id}`, { decision: "approve", note: "" });
  const decide = useAction(async (idempotencyKey, body: Schema<"PaymentDecision">, ifMatch: string) => {
    await call("post", "/claims/{id}/payment/decision", { ids: [claim.id], body, ifMatch, idempotencyKey });
    draft.clear();
    say(body.decision === "approve" ? "The payment was approved." : "The payment was refused.");
    reload();
  });
  const { decision, note } = draft.value;
  const isPaid = claim.net_fee > 0;
  return (
    <Panel title="Decide">
      <Form
        onSubmit={() => decide.run({ decision, note }, etag)}
        submit={decision === "approve" ? "Approve" : "Refuse"}
        isDangerous={decision === "refuse"}
        isRunning={decide.isRunning}
        problem={decide.problem}
        pointers={["/decision", "/note"]}
      >
        <SelectField
          label="Decision"
          value={decision}
          onInput={(value) => draft.set({ decision: value as Schema<"PaymentDecision">["decision"] })}
          options={Object.entries(isPaid ? DECISIONS : { ...DECISIONS, approve: "Approve: close it, nothing is paid" })}
          pointer="/decision"
          problem={decide.problem}
        />
        <LongTextField
          label="Note"
          hint="Why; it is kept as a step of the payment."
          value={note}
          onInput={(value) => draft.set({ note: value })}
          pointer="/note"
          problem={decide.problem}
        />
      </Form>
    </Panel>
  );
}
