/** The rows of a file that were stored already, by line. */
import { useMemo } from "preact/hooks";
import { Page } from "../parts/page";
import { Empty, Loading } from "../parts/states";
import { Code } from "../parts/values";
import { href } from "../router";
import { belongsTo, currentUser } from "../session/session";
import { readCsv } from "./csv";
import { useJob } from "./job_watch";
import { fileName } from "./job_words";
import { PartLinks, partOf } from "./pages_of";
import { save, useRowList } from "./row_list";

export function DuplicatesPage({ id, query }: { id: string; query: URLSearchParams }) {
  const { job, problem } = useJob({ id });
  const list = useRowList(id, "duplicates", job?.status);
  const above = { title: job ? fileName(job.key) : "Job", href: href(["intake", id]) };
  const rows = useMemo(() => (list.data === undefined ? undefined : readCsv(list.data).rows), [list.data]);
  const actions = list.data !== undefined && (
    <button type="button" class="button" onClick={() => save(list.data ?? "", "duplicates.csv")}>
      Save as CSV
    </button>
  );
  return (
    <Page title="Duplicates" above={above} actions={actions}>
      <Loading from={{ ...list, problem: list.problem ?? problem, data: rows }} lines={8}>
        {(all) =>
          all.length ? (
            <Duplicates rows={all} query={query} ofClaims={job?.kind === "claims"} />
          ) : (
            <Empty title="This file has no duplicates" />
          )
        }
      </Loading>
    </Page>
  );
}

function Duplicates({ rows, query, ofClaims }: { rows: string[][]; query: URLSearchParams; ofClaims: boolean }) {
  const part = partOf(rows, query);
  const mayOpen = ofClaims && belongsTo(currentUser(), ["claims", "support"]);
  return (
    <>
      <p class="is-faint">These rows changed nothing: the same {ofClaims ? "claim" : "visit"} is stored already.</p>
      <table class="bars duplicates">
        <caption class="is-hidden-text">Duplicates</caption>
        <thead>
          <tr>
            <th scope="col">Line</th>
            <th scope="col">{ofClaims ? "The stored claim" : "The stored visit"}</th>
          </tr>
        </thead>
        <tbody>
          {part.shown.map(([line = "", stored = ""]) => (
            <tr key={line}>
              <th scope="row" class="is-number">
                {line}
              </th>
              <td>{mayOpen ? <a href={href(["claims", stored])}>{stored}</a> : <Code text={stored} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <PartLinks part={part} />
    </>
  );
}
