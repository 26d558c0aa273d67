/** The search indexes: what differs from the tables, and building an index anew. */
import { Page } from "../parts/page";
import { Drift } from "./drift";
import { Reindex } from "./reindex";
import { OperationsTabs } from "./tabs";

export const INDEXES = ["plans", "patients"] as const;
export type Index = (typeof INDEXES)[number];

export function SearchPage() {
  return (
    <Page title="Search indexes">
      <OperationsTabs here="search" />
      {INDEXES.map((index) => (
        <div key={index} class="columns">
          <Drift index={index} />
          <Reindex index={index} />
        </div>
      ))}
    </Page>
  );
}
