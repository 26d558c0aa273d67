/** Void a claim, or ask for its payment again. */
import { useState } from "preact/hooks";
import { call } from "../api/call";
import { useAction } from "../api/hooks";
import type { Schema } from "../api/types";
import { Confirm } from "../parts/confirm";
import { say } from "../parts/toast";
import { dollars } from "../parts/values";

type Status = Schema<"Claim">["status"];

const PAYABLE: readonly Status[] = ["received", "failed", "payment_review"];
const VOIDABLE: readonly Status[] = ["received", "failed", "payment_review", "processed"];

export interface Change {
  claim: Schema<"Claim">;
  etag: string;
  reload: () => void;
}

const ACTIONS = {
  pay: {
    path: "/claims/{id}/payment/request",
    title: "Ask for the payment again?",
    text: "What was paid for this claim already is found, so it is still paid at most once.",
    submit: "Ask for payment",
    done: "The payment was asked for.",
    isDangerous: false,
  },
  void: {
    path: "/claims/{id}/void",
    title: "Void this claim?",
    text: "The claim stays readable, and its net fee leaves the totals. This cannot be undone.",
    submit: "Void the claim",
    done: "The claim is void.",
    isDangerous: true,
  },
} as const;

export function ClaimActions(change: Change) {
  const [chosen, choose] = useState<keyof typeof ACTIONS>();
  const { status, net_fee } = change.claim;
  return (
    <>
      {PAYABLE.includes(status) && net_fee > 0 && (
        <button type="button" class="button" onClick={() => choose("pay")}>
          Ask for payment
        </button>
      )}
      {VOIDABLE.includes(status) && (
        <button type="button" class="button is-danger-quiet" onClick={() => choose("void")}>
          Void
        </button>
      )}
      {chosen && <Ask {...change} action={ACTIONS[chosen]} onClose={() => choose(undefined)} />}
    </>
  );
}

function Ask({
  claim,
  etag,
  reload,
  action,
  onClose,
}: Change & { action: (typeof ACTIONS)[keyof typeof ACTIONS]; onClose: () => void }) {
  const change = useAction(async (idempotencyKey, ids: string[], ifMatch: string) => {
    await call("post", action.path, { ids, ifMatch, idempotencyKey });
    say(action.done);
    onClose();
    reload();
  });
  return (
    <Confirm
      title={action.title}
      submit={action.submit}
      action={change}
      run={() => change.run([claim.id], etag)}
      close={onClose}
      isDangerous={action.isDangerous}
      reread={reload}
    >
      <p>
        {claim.submitted_procedure}, net fee {dollars(claim.net_fee)}. {action.text}
      </p>
    </Confirm>
  );
}
