/** The parts of the room, as far as the user may see them. */
import { href } from "../router";
import { belongsTo, currentUser } from "../session/session";

const TABS = [
  { place: "", title: "System and queues", groups: ["operations", "support"] },
  { place: "search", title: "Search indexes", groups: ["operations", "support"] },
  { place: "users", title: "Users", groups: ["support"] },
  { place: "clients", title: "Machines", groups: ["support"] },
] as const;

export function Tabs({ here }: { here: (typeof TABS)[number]["place"] }) {
  const user = currentUser();
  return (
    <nav class="tabs" aria-label="Operations">
      {TABS.filter(({ groups }) => belongsTo(user, groups)).map(({ place, title }) => (
        <a
          key={place}
          href={href(place ? ["operations", place] : ["operations"])}
          aria-current={place === here ? "page" : undefined}
        >
          {title}
        </a>
      ))}
    </nav>
  );
}
