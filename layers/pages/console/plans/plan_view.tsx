/** What a plan has: its own members and cost shares, and its linked services. */
import { Panel } from "../parts/page";
import { Code, Fact, Facts } from "../parts/values";
import { CellField, type Edited } from "./cells";
import { AMOUNTS, nameOf, planAmountCell, pointer, textAt } from "./changes";
import { ServicesTable } from "./services_table";

interface ViewProps {
  edited: Edited;
  query: URLSearchParams;
  target?: { cell: string } | undefined;
  /** What can be done with the services. */
  actions?: preact.ComponentChildren;
}

const MEMBERS = ["planType", "_org", "creationDate"].map((name) => pointer(name));
const COST_SHARES = AMOUNTS.map(planAmountCell);

export function PlanView({ edited, query, target, actions }: ViewProps) {
  return (
    <>
      <div class="columns">
        <Panel title="Plan">
          <Cells edited={edited} cells={MEMBERS} />
        </Panel>
        <Panel title="Cost shares" note="What a member pays under the plan as a whole, in dollars.">
          <Cells edited={edited} cells={COST_SHARES} />
        </Panel>
      </div>
      <section class="services" aria-labelledby="services">
        <header class="page-head">
          <div>
            <h2 id="services">Services</h2>
            <p class="is-faint">What a member pays for each service, in dollars.</p>
          </div>
          {actions && <div class="actions">{actions}</div>}
        </header>
        <ServicesTable edited={edited} query={query} target={target} />
      </section>
    </>
  );
}

function Cells({ edited, cells }: { edited: Edited; cells: readonly string[] }) {
  if (edited.change)
    return (
      <div class="cells">
        {cells.map((cell) => (
          <CellField
            key={cell}
            edited={edited}
            cell={cell}
            {...(cell === "/creationDate" ? { hint: "Such as 2026-12-31" } : {})}
          />
        ))}
      </div>
    );
  return (
    <Facts>
      {cells.map((cell) => (
        <Fact key={cell} name={nameOf(cell.slice(cell.lastIndexOf("/") + 1))}>
          {textAt(edited.plan, cell) || "–"}
        </Fact>
      ))}
      {cells === MEMBERS && (
        <Fact name="Plan id">
          <Code text={edited.plan.objectId} what="plan id" />
        </Fact>
      )}
    </Facts>
  );
}
