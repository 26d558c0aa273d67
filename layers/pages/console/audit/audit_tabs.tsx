/** The parts of the room. */
import { Tabs } from "../parts/tabs";
import { href } from "../router";

const TABS = { "": "Calls", verify: "Verify", disclosures: "Disclosures" } as const;

export function AuditTabs({ here }: { here: keyof typeof TABS }) {
  const tabs = Object.entries(TABS).map(([place, title]) => ({
    title,
    href: href(place ? ["audit", place] : ["audit"]),
    isHere: place === here,
  }));
  return <Tabs label="Audit" tabs={tabs} />;
}
