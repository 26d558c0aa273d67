/**
 * Plans: `#/plans` with a search, `#/plans?new=form` or `?new=json`, `#/plans/{id}`, its past with `?version=` or
 * `?asOf=`, and `#/plans/{id}/history`.
 */
import type { RoomProps } from "../shell/rooms";
import { HistoryPage } from "./history_page";
import { NewPlanPage } from "./new_plan_page";
import { PastPage } from "./past_page";
import { PlanPage } from "./plan_page";
import { PlansPage } from "./plans_page";

export default function Plans({ rest: [id, part], query }: RoomProps) {
  if (id === undefined) {
    const way = query.get("new");
    return way ? <NewPlanPage way={way} /> : <PlansPage query={query} />;
  }
  if (part === "history") return <HistoryPage key={id} id={id} query={query} />;
  if (query.get("version") || query.get("asOf")) return <PastPage key={id} id={id} query={query} />;
  return <PlanPage key={id} id={id} query={query} />;
}
