/** One claim: its money, its payment, and what can be decided. */
import { useEffect, useRef } from "preact/hooks";
import { useGet } from "../api/hooks";
import type { Schema } from "../api/types";
import { Badge } from "../parts/badge";
import { Waterfall } from "../parts/charts";
import { Page, Panel } from "../parts/page";
import { Loading } from "../parts/states";
import { type Happening, Timeline } from "../parts/timeline";
import { Code, Day, dollars, Fact, Facts, Time, words } from "../parts/values";
import { href } from "../router";
import { belongsTo, currentUser } from "../session/session";
import { ClaimActions } from "./claim_actions";
import { ReviewForm } from "./review_form";

type Claim = Schema<"Claim">;

const BUSY: readonly Claim["status"][] = ["received", "payment_requested"];
const POLL_MS = 3000;
const ABOVE = { title: "Claims", href: href(["claims"]) };

export function ClaimPage({ id }: { id: string }) {
  const isBusy = useRef(false);
  const claim = useGet("/claims/{id}", { ids: [id], ...(isBusy.current ? { pollMs: POLL_MS } : {}) });
  const status = claim.data?.status;
  isBusy.current = status !== undefined && BUSY.includes(status);
  const payment = useGet("/claims/{id}/payment", { ids: [id] });
  useEffect(() => payment.reload(), [status]);
  const reload = () => {
    claim.reload();
    payment.reload();
  };
  const mayDecide = belongsTo(currentUser(), ["claims"]);
  const change = claim.data && claim.etag && mayDecide ? { claim: claim.data, etag: claim.etag, reload } : undefined;
  return (
    <Page
      title={claim.data ? `Claim of ${claim.data.submitted_procedure}` : "Claim"}
      above={ABOVE}
      badge={status && <Badge state={status} />}
      actions={change && <ClaimActions {...change} />}
    >
      <Loading from={claim} lines={8}>
        {(data) => (
          <>
            {data.review_reason && <p class="banner">In review: {data.review_reason}</p>}
            {change && status === "payment_review" && <ReviewForm {...change} />}
            <div class="columns">
              <Money claim={data} />
              <Panel title="Payment">
                <Loading from={payment}>{(steps) => <PaymentSteps payment={steps} />}</Loading>
              </Panel>
            </div>
            <Details claim={data} />
          </>
        )}
      </Loading>
    </Page>
  );
}

function Money({ claim }: { claim: Claim }) {
  return (
    <Panel title="Net fee" note="What the payer owes: fees and the member's part, less what is allowed.">
      <Waterfall
        caption="How the net fee comes about"
        steps={[
          { label: "Provider fees", change: claim.provider_fees },
          { label: "Member coinsurance", change: claim.member_coinsurance },
          { label: "Member copay", change: claim.member_copay },
          { label: "Allowed fees", change: -claim.allowed_fees },
        ]}
        total={{ label: "Net fee", value: claim.net_fee }}
        format={dollars}
      />
    </Panel>
  );
}

const GOOD = ["paid", "settled", "approved"];
const BAD = ["refused", "reversed", "declined", "voided"];

function PaymentSteps({ payment }: { payment: Schema<"ClaimPayment"> }) {
  if (!payment.steps.length) return <p class="is-faint">No payment was begun.</p>;
  const happenings = payment.steps.map(
    ({ step, at, by, detail }): Happening => ({
      key: step + at,
      title: words(step),
      at,
      by: by ?? null,
      detail,
      tone: GOOD.includes(step) ? "good" : BAD.includes(step) ? "bad" : "plain",
    }),
  );
  return <Timeline happenings={happenings} />;
}

function Details({ claim }: { claim: Claim }) {
  return (
    <Panel title="Details">
      <Facts>
        <Fact name="Service date">
          <Day iso={claim.service_date} />
        </Fact>
        <Fact name="Procedure">{claim.submitted_procedure}</Fact>
        <Fact name="Quadrant">{claim.quadrant ?? "None"}</Fact>
        <Fact name="Plan group">{claim.plan_group_number}</Fact>
        <Fact name="Subscriber">
          <a href={href(["claims"], { subscriber_number: claim.subscriber_number })}>{claim.subscriber_number}</a>
        </Fact>
        <Fact name="Provider NPI">
          <a href={href(["claims"], { provider_npi: claim.provider_npi })}>{claim.provider_npi}</a>
        </Fact>
        <Fact name="Stored">
          <Time iso={claim.created_at} />
        </Fact>
        <Fact name="From">{claim.source ? <Source source={claim.source} /> : "Unknown"}</Fact>
        <Fact name="Claim id">
          <Code text={claim.id} what="claim id" />
        </Fact>
      </Facts>
      {claim.warnings.length > 0 && (
        <>
          <h3>Warnings</h3>
          <ul>
            {claim.warnings.map((warning) => (
              <li key={warning.pointer}>
                <code>{warning.pointer}</code> {warning.message}
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}

function Source({ source }: { source: NonNullable<Claim["source"]> }) {
  if (source.kind === "request") return <>Request {source.request_id}</>;
  return (
    <>
      Line {source.line} of {source.key}
    </>
  );
}
