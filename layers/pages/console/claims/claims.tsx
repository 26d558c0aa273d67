/** Claims: `#/claims` with filters, `#/claims/providers`, `#/claims/{id}`. */
import type { RoomProps } from "../shell/rooms";
import { ClaimPage } from "./claim_page";
import { ClaimsPage } from "./claims_page";
import { ProvidersPage } from "./providers_page";

export default function Claims({ rest: [id], query }: RoomProps) {
  if (id === undefined) return <ClaimsPage query={query} />;
  if (id === "providers") return <ProvidersPage />;
  return <ClaimPage key={id} id={id} />;
}
