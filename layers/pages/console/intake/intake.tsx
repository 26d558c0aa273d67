/** Intake: `#/intake` with filters, `#/intake/send`, `#/intake/{job}`, and its `/rejects` and `/duplicates`. */
import type { RoomProps } from "../shell/rooms";
import { DuplicatesPage } from "./duplicates_page";
import { JobPage } from "./job_page";
import { JobsPage } from "./jobs_page";
import { RejectsPage } from "./rejects_page";
import { SendPage } from "./send_page";

export default function Intake({ rest: [id, list], query }: RoomProps) {
  if (id === undefined) return <JobsPage query={query} />;
  if (id === "send") return <SendPage />;
  if (list === "rejects") return <RejectsPage key={id} id={id} query={query} />;
  if (list === "duplicates") return <DuplicatesPage key={id} id={id} query={query} />;
  return <JobPage key={id} id={id} />;
}
