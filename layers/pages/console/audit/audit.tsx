/** The audit: `#/audit` with filters, `#/audit/verify`, `#/audit/disclosures`. */
import type { RoomProps } from "../shell/rooms";
import { DisclosuresPage } from "./disclosures_page";
import { EntriesPage } from "./entries_page";
import { VerifyPage } from "./verify_page";

export default function Audit({ rest: [place], query }: RoomProps) {
  if (place === "verify") return <VerifyPage />;
  if (place === "disclosures") return <DisclosuresPage />;
  return <EntriesPage query={query} />;
}
