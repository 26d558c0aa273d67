/** The parts of the directory for those who see everyone. */
import { Tabs } from "../parts/tabs";
import { href } from "../router";
import { KIND_NAMES, KINDS } from "./people/kinds";

const ALL = [...KIND_NAMES.toReversed().map((kind) => KINDS[kind]), { section: "appointments", title: "Appointments" }];

export function Sections({ here }: { here: string }) {
  const tabs = ALL.map(({ section, title }) => ({
    title,
    href: href(["directory", section]),
    isHere: section === here,
  }));
  return <Tabs label="The directory" tabs={tabs} />;
}
