/** One job: its progress, what became of the rows, and each step. */
import { Badge } from "../parts/badge";
import { Icon } from "../parts/icon";
import { Page, Panel } from "../parts/page";
import { Loading } from "../parts/states";
import { type Happening, Timeline } from "../parts/timeline";
import { Code, count, Fact, Facts, words } from "../parts/values";
import { href } from "../router";
import { type Job, useJob } from "./job_watch";
import { counted, countsOf, durationOf, fileName } from "./job_words";
import { maySend } from "./jobs_page";
import { JobProgress } from "./progress";

export const ABOVE = { title: "Intake", href: href(["intake"]) };

export function JobPage({ id }: { id: string }) {
  const { job, problem, pace, reload } = useJob({ id });
  return (
    <Page
      title={job ? fileName(job.key) : "Job"}
      above={ABOVE}
      badge={job && <Badge state={job.status} />}
      actions={job && <JobActions job={job} />}
    >
      <Loading from={{ data: job, problem, reload }} lines={8}>
        {(loaded) => (
          <>
            <JobProgress job={loaded} pace={pace} />
            {loaded.error && <JobError job={loaded} error={loaded.error} />}
            <div class="columns">
              <Panel title="Rows">
                <Counts job={loaded} />
              </Panel>
              <Panel title="Steps">
                <Timeline happenings={loaded.steps.map(happening)} />
              </Panel>
            </div>
            <Details job={loaded} />
          </>
        )}
      </Loading>
    </Page>
  );
}

function JobActions({ job }: { job: Job }) {
  return (
    <>
      {job.duplicates > 0 && (
        <a class="button" href={href(["intake", job.task_id, "duplicates"])}>
          {counted(job.duplicates, "duplicate")}
        </a>
      )}
      {job.rejected > 0 && (
        <a class="button is-main" href={href(["intake", job.task_id, "rejects"])}>
          {maySend() ? "Correct" : "See"} {counted(job.rejected, "reject")}
        </a>
      )}
    </>
  );
}

function JobError({ job, error }: { job: Job; error: string }) {
  return (
    <div class="banner is-bad" role="alert">
      <Icon name="warning" />
      <div>
        <p>{error}</p>
        {maySend() && job.status === "failed" && (
          <p>
            <a href={href(["intake", "send"])}>Send the file again</a>: there you can choose its columns.
          </p>
        )}
      </div>
    </div>
  );
}

function Counts({ job }: { job: Job }) {
  return (
    <table class="bars counts">
      <caption class="is-hidden-text">What became of the rows</caption>
      <tbody>
        {countsOf(job).map(([name, number]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td class="is-number">{count(number)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const TONES: Partial<Record<Job["steps"][number]["step"], Happening["tone"]>> = { completed: "good", failed: "bad" };

const happening = ({ step, at, detail }: Job["steps"][number]): Happening => ({
  key: step + at,
  title: words(step),
  at,
  detail,
  tone: TONES[step] ?? "plain",
});

function Details({ job }: { job: Job }) {
  return (
    <Panel title="Details">
      <Facts>
        <Fact name="Kind">{words(job.kind)}</Fact>
        <Fact name="Encoding">{job.encoding ?? "Not known yet"}</Fact>
        <Fact name="Duration">{durationOf(job) ?? "Not finished"}</Fact>
        <Fact name="Job id">
          <Code text={job.task_id} what="job id" />
        </Fact>
        <Fact name="Key">
          <Code text={job.key} what="key" />
        </Fact>
      </Facts>
    </Panel>
  );
}
