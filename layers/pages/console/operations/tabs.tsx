/** The parts of the room, as far as the user may see them. */
import { Tabs } from "../parts/tabs";
import { href } from "../router";
import { belongsTo, currentUser } from "../session/session";

const TABS = [
  { place: "", title: "System and queues", groups: ["operations", "support"] },
  { place: "search", title: "Search indexes", groups: ["operations", "support"] },
  { place: "users", title: "Users", groups: ["support"] },
  { place: "clients", title: "Machines", groups: ["support"] },
] as const;

export function OperationsTabs({ here }: { here: (typeof TABS)[number]["place"] }) {
  const shown = TABS.filter(({ groups }) => belongsTo(currentUser(), groups));
  const tabs = shown.map(({ place, title }) => ({
    title,
    href: href(place ? ["operations", place] : ["operations"]),
    isHere: place === here,
  }));
  return <Tabs label="Operations" tabs={tabs} />;
}
