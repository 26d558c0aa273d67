/** The user's changes beside those that somebody else has saved meanwhile, to choose from where both changed a thing. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Diff } from "../parts/diff";
import { type Changes, labelOf, type Meeting, meetings, nameIn, type Plan, rebased } from "./changes";

interface MergeProps {
  base: Plan;
  theirs: Plan;
  changes: Changes;
  onMerged: (changes: Changes) => void;
}

export function MergePanel({ base, theirs, changes, onMerged }: MergeProps) {
  const [dropped, setDropped] = useState<ReadonlySet<string>>(new Set());
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const met = meetings(base, theirs, changes);
  const choose = (cell: string, isMine: boolean) => {
    const next = new Set(dropped);
    if (isMine) next.delete(cell);
    else next.add(cell);
    setDropped(next);
  };
  return (
    <section class="panel merge" aria-label="Changed meanwhile">
      <header>
        <h2 ref={heading} tabIndex={-1}>
          Somebody else has changed this plan meanwhile
        </h2>
        <p>Nothing you typed is lost. Choose where you both changed the same, then merge.</p>
      </header>
      <table class="compare">
        <thead>
          <tr>
            <th scope="col">Your changes</th>
            <th scope="col">Before</th>
            <th scope="col">Theirs</th>
            <th scope="col">Yours</th>
          </tr>
        </thead>
        <tbody>
          {met.map((each) => (
            <tr key={each.cell}>
              <th scope="row">{labelOf(base, changes, each.cell)}</th>
              <td data-title="Before">{each.before || "–"}</td>
              <Choice meeting={each} isMine={!dropped.has(each.cell)} choose={choose} />
            </tr>
          ))}
        </tbody>
      </table>
      <details>
        <summary>All that they changed</summary>
        <Diff before={base} after={theirs} nameOf={(place) => nameIn(base, theirs, place)} />
      </details>
      <div class="actions">
        <button type="button" class="button is-main" onClick={() => onMerged(rebased(base, theirs, changes, dropped))}>
          Merge my changes into theirs
        </button>
      </div>
    </section>
  );
}

interface ChoiceProps {
  meeting: Meeting;
  isMine: boolean;
  choose: (cell: string, isMine: boolean) => void;
}

function Choice({ meeting, isMine, choose }: ChoiceProps) {
  const { cell, theirs, mine, isConflict, isGone } = meeting;
  const del = theirs && <del>{theirs}</del>;
  if (isGone)
    return (
      <>
        <td data-title="Theirs">{del}</td>
        <td data-title="Yours">{mine || "–"} (has no place any more)</td>
      </>
    );
  if (!isConflict)
    return (
      <>
        <td data-title="Theirs">Not changed</td>
        <td data-title="Yours">
          <ins>{mine || "Empty"}</ins>
        </td>
      </>
    );
  const option = (text: string, isThis: boolean) => (
    <label class="choice">
      <input type="radio" name={cell} checked={isMine === isThis} onChange={() => choose(cell, isThis)} />
      {isThis ? <ins>{text || "Empty"}</ins> : <del>{text || "Empty"}</del>}
    </label>
  );
  return (
    <>
      <td data-title="Theirs">{option(theirs, false)}</td>
      <td data-title="Yours">{option(mine, true)}</td>
    </>
  );
}
