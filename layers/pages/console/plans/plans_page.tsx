/** The plans: all of them, or those that a search finds while its user types. The search is in the address. */
import { useGet, useList } from "../api/hooks";
import type { Schema } from "../api/types";
import { Filters, filtersIn, SelectFilter, TextFilter } from "../parts/filters";
import { Icon } from "../parts/icon";
import { List } from "../parts/list";
import { Page } from "../parts/page";
import type { Column } from "../parts/table";
import { count } from "../parts/values";
import { href } from "../router";
import { AMOUNTS, nameOf } from "./changes";
import { mayWrite } from "./rights";

type Summary = Schema<"PlanSummary">;
type Found = Schema<"FoundPlan">;

const RANGES = AMOUNTS.flatMap((amount) => [`${amount}_gte`, `${amount}_lte`]);
const SEARCHES = ["q", "level", ...RANGES, "creationDate_gte", "creationDate_lte"];
const FACETS = ["planType", "_org"] as const;
const FILTERS = [...SEARCHES, ...FACETS];

const HEAD: readonly Column<Summary | Found>[] = [
  { title: "Plan", width: "minmax(12rem, 1fr)", card: "title", cell: (plan) => plan.objectId },
  { title: "Plan type", width: "9rem", card: "note", cell: (plan) => plan.planType },
  { title: "Organization", width: "minmax(8rem, 1fr)", card: "note-end", cell: (plan) => plan._org },
];
const LISTED: readonly Column<Summary>[] = [
  ...HEAD,
  { title: "Created", width: "8rem", cell: (plan) => plan.creationDate },
  { title: "Services", width: "6rem", isNumber: true, card: "end", cell: (plan) => count(plan.serviceCount) },
];
const FOUND: readonly Column<Found>[] = [
  ...HEAD,
  { title: "Matching services", width: "minmax(12rem, 2fr)", cell: (plan) => matchesOf(plan) },
  { title: "Matches", width: "5rem", isNumber: true, card: "end", cell: (plan) => count(plan.matchCount) },
];

export function PlansPage({ query }: { query: URLSearchParams }) {
  const isSearch = SEARCHES.some((name) => query.get(name) && name !== "level");
  return (
    <Page
      title="Plans"
      actions={
        mayWrite() && (
          <a class="button is-main" href={href(["plans"], { new: "form" })}>
            New plan
          </a>
        )
      }
    >
      <SearchFields query={query} />
      {isSearch ? <FoundPlans query={query} /> : <AllPlans query={query} />}
    </Page>
  );
}

function SearchFields({ query }: { query: URLSearchParams }) {
  const areRangesSet = [...RANGES, "creationDate_gte", "creationDate_lte"].some((name) => query.get(name));
  const number = { inputMode: "decimal" };
  return (
    <Filters names={FILTERS} query={query}>
      <TextFilter name="q" label="Words in a service" query={query} input={{ "data-search": "", type: "search" }} />
      {FACETS.map((name) => (
        <FacetFilter key={name} name={name} query={query} />
      ))}
      <details class="filters-more" open={areRangesSet}>
        <summary>Amounts and dates</summary>
        <div class="filters">
          <SelectFilter
            name="level"
            label="Amounts of"
            query={query}
            options={[
              ["", "a service"],
              ["plan", "the plan as a whole"],
            ]}
          />
          {AMOUNTS.flatMap((amount) => [
            <TextFilter
              key={`${amount}_gte`}
              name={`${amount}_gte`}
              label={`${nameOf(amount)} from`}
              query={query}
              input={number}
            />,
            <TextFilter
              key={`${amount}_lte`}
              name={`${amount}_lte`}
              label={`${nameOf(amount)} to`}
              query={query}
              input={number}
            />,
          ])}
          <TextFilter name="creationDate_gte" label="Created from" query={query} input={{ type: "date" }} />
          <TextFilter name="creationDate_lte" label="Created to" query={query} input={{ type: "date" }} />
        </div>
      </details>
    </Filters>
  );
}

/** The values of a field with the number of plans that each would leave. */
function FacetFilter({ name, query }: { name: (typeof FACETS)[number]; query: URLSearchParams }) {
  const others = FILTERS.filter((each) => each !== name);
  const found = useGet("/v1/plan/search", { query: { ...filtersIn(query, others), facets: name, limit: 1 } });
  const values = found.data?.facets?.[name] ?? [];
  const chosen = query.get(name);
  const options = values.map(({ value, count: plans }) => [value, `${value} (${count(plans)})`] as const);
  const isMissing = chosen && !values.some(({ value }) => value === chosen);
  return (
    <SelectFilter
      name={name}
      label={nameOf(name)}
      query={query}
      options={[["", "Any"], ...options, ...(isMissing ? [[chosen, chosen] as const] : [])]}
    />
  );
}

const rowHref = (plan: Summary | Found) => href(["plans", plan.objectId]);

function AllPlans({ query }: { query: URLSearchParams }) {
  const plans = useList("/v1/plan", filtersIn(query, FACETS));
  return (
    <List
      caption="Plans"
      list={plans}
      columns={LISTED}
      rowKey={(plan) => plan.objectId}
      rowHref={rowHref}
      empty={
        <p>{query.size ? "No plan has this type and organization: clear the filters." : "There is no plan yet."}</p>
      }
    />
  );
}

function FoundPlans({ query }: { query: URLSearchParams }) {
  const plans = useList("/v1/plan/search", filtersIn(query, FILTERS));
  return (
    <>
      <List
        caption="Plans found"
        list={plans}
        columns={FOUND}
        rowKey={(plan) => plan.objectId}
        rowHref={rowHref}
        empty={<p>No plan has a service like this. Try fewer words or wider amounts.</p>}
      />
      {plans.problem && (
        <p>
          <Icon name="search" /> The list of <a href={href(["plans"])}>all plans</a> works without the search.
        </p>
      )}
    </>
  );
}

function matchesOf(plan: Found): string {
  return (plan.matches as Schema<"LinkedPlanService">[]).map((service) => service.linkedService.name).join(", ");
}
