/** The patients of the doctor who is logged in, by name. */
import { useEffect, useState } from "preact/hooks";
import { call } from "../../api/call";
import { useAction } from "../../api/hooks";
import type { Schema } from "../../api/types";
import { Badge } from "../../parts/badge";
import { Empty, Failure, Skeleton } from "../../parts/states";
import { type Column, Table } from "../../parts/table";
import { count, Day } from "../../parts/values";
import { href } from "../../router";

type OwnPatient = Schema<"OwnPatient">;
const PAGE = 100;

const COLUMNS: readonly Column<OwnPatient>[] = [
  {
    title: "Name",
    width: "minmax(10rem, 2fr)",
    card: "title",
    cell: (each) => `${each.last_name}, ${each.first_name}`,
  },
  {
    title: "Born",
    width: "8rem",
    card: "note",
    cell: (each) => each.date_of_birth && <Day iso={each.date_of_birth} />,
  },
  { title: "MRN", width: "minmax(6rem, 1fr)", cell: (each) => each.mrn },
  {
    title: "Validation",
    width: "14rem",
    card: "note-end",
    cell: (each) => each.validation_status && <Badge state={each.validation_status} />,
  },
];

export function OwnPatients() {
  const { patients, total, hasMore, isLoading, problem, loadMore } = useOwnPatients();
  if (!patients.length && !problem) {
    return isLoading || hasMore ? <Skeleton lines={6} /> : <Empty title="You have no patients yet" />;
  }
  return (
    <>
      <Table
        caption="Your patients"
        columns={COLUMNS}
        rows={patients}
        rowKey={(each) => each.id}
        rowHref={(each) => href(["directory", "patients", each.id])}
        hasMore={hasMore}
        {...(problem ? {} : { onEnd: loadMore })}
      />
      <Failure problem={problem} retry={loadMore} />
      <p class="list-foot" role="status">
        {isLoading ? "Loading …" : `${count(patients.length)} of ${count(total)}`}
      </p>
    </>
  );
}

/** They come by cursor, but in another form than other lists. */
function useOwnPatients() {
  const [state, set] = useState<{ patients: OwnPatient[]; total: number; cursor: string | null }>({
    patients: [],
    total: 0,
    cursor: "",
  });
  const load = useAction(async (_key, cursor: string) => {
    const query = { limit: PAGE, ...(cursor ? { cursor } : {}) };
    const page = (await call("get", "/api/v1/doctors/me/patients", { query })).data;
    set((before) => ({
      patients: [...before.patients, ...page.patients],
      total: page.patient_count,
      cursor: page.nextCursor,
    }));
  });
  const { cursor } = state;
  const loadMore = () => {
    if (cursor !== null && !load.isRunning) load.run(cursor);
  };
  useEffect(() => {
    if (!state.patients.length && !load.problem) loadMore();
  }, [cursor]);
  return { ...state, hasMore: cursor !== null, isLoading: load.isRunning, problem: load.problem, loadMore };
}
