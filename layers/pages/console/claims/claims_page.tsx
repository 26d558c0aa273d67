/** The list of claims; its filters are in the address. */
import { useList } from "../api/hooks";
import type { Schema } from "../api/types";
import { Badge } from "../parts/badge";
import { anyOf, Filters, filtersIn, SelectFilter, TextFilter } from "../parts/filters";
import { List } from "../parts/list";
import { Page } from "../parts/page";
import { Reload } from "../parts/reload";
import type { Column } from "../parts/table";
import { Day, Money } from "../parts/values";
import { href } from "../router";

type Claim = Schema<"Claim">;

const STATUSES: readonly Claim["status"][] = [
  "received",
  "payment_requested",
  "payment_review",
  "processed",
  "failed",
  "void",
];
const FILTERS = ["status", "provider_npi", "subscriber_number", "service_date_from", "service_date_to"] as const;

const COLUMNS: readonly Column<Claim>[] = [
  { title: "Service date", width: "8rem", card: "title", cell: (claim) => <Day iso={claim.service_date} /> },
  { title: "Procedure", width: "7rem", card: "note", cell: (claim) => claim.submitted_procedure },
  { title: "Subscriber", width: "minmax(8rem, 1fr)", cell: (claim) => claim.subscriber_number },
  { title: "Provider NPI", width: "minmax(8rem, 1fr)", cell: (claim) => claim.provider_npi },
  { title: "Net fee", width: "8rem", isNumber: true, card: "end", cell: (claim) => <Money amount={claim.net_fee} /> },
  { title: "Status", width: "11rem", card: "note-end", cell: (claim) => <Badge state={claim.status} /> },
];

export function ClaimsPage({ query }: { query: URLSearchParams }) {
  const given = filtersIn(query, FILTERS);
  const claims = useList("/claims", given);
  const actions = (
    <a class="button" href={href(["claims", "providers"])}>
      Top providers
    </a>
  );
  return (
    <Page
      title="Claims"
      actions={
        <>
          <Reload of={claims} />
          {actions}
        </>
      }
    >
      <Filters names={FILTERS} query={query}>
        <SelectFilter name="status" label="Status" query={query} options={anyOf(STATUSES)} />
        <TextFilter
          name="provider_npi"
          label="Provider NPI"
          query={query}
          input={{ inputMode: "numeric", "data-search": "" }}
        />
        <TextFilter name="subscriber_number" label="Subscriber" query={query} />
        <TextFilter name="service_date_from" label="Service from" query={query} input={{ type: "date" }} />
        <TextFilter name="service_date_to" label="Service to" query={query} input={{ type: "date" }} />
      </Filters>
      <List
        caption="Claims"
        list={claims}
        columns={COLUMNS}
        rowKey={(claim) => claim.id}
        rowHref={(claim) => href(["claims", claim.id])}
        empty={<p>No claim matches these filters.</p>}
      />
    </Page>
  );
}
