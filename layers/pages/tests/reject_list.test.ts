import { deepEqual, equal, throws } from "node:assert/strict";
import { test } from "node:test";
import {
  correctedName,
  fieldOf,
  isCorrected,
  readRejects,
  unguarded,
  writeRejects,
} from "../console/intake/reject_list";

const NONE = { cells: {}, checked: {} };
// As Python's csv module writes it: quotes, a guard, line ends and blanks within cells.
const LIST = [
  "mrn;Name;reason;line;reject_reason\r\n",
  '007;"O""Neil; Ada";"two\r\nlines\n";2;"visit_date: 31/12/2018 is not a date; give it. mrn (column No): x is empty; it must be. birth_date: y"\r\n',
  `'=1+1;''@x; blank ;17;"a quote is not closed; check all cells of this row, then empty this one"\r\n`,
].join("");

test("a list that nobody has changed is written as it was read, byte for byte", () => {
  const list = readRejects(LIST);
  equal(writeRejects(list, NONE, list.rejects), LIST);
});

test("each fault of a row is a sentence with its field", () => {
  const [first] = readRejects(LIST).rejects;
  deepEqual(first?.reasons.map(fieldOf), ["visit_date", "mrn", "birth_date"]);
  equal(first?.mustBeChecked, false);
});

test("only the corrected cell changes, and a formula gets its guard again", () => {
  const list = readRejects(LIST);
  const corrections = { cells: { "17:1": "-5", "17:2": "a;b" }, checked: { 17: true } };
  const [first, second] = list.rejects;
  equal(first && isCorrected(first, corrections), false);
  equal(second && isCorrected(second, corrections), true);
  equal(
    writeRejects(list, corrections, second ? [second] : []),
    `mrn;Name;reason;line;reject_reason\r\n'=1+1;'-5;"a;b";17;\r\n`,
  );
});

test("a row that was cut by guess has to be checked", () => {
  equal(readRejects(LIST).rejects[1]?.mustBeChecked, true);
});

test("one guard is taken away, not two, and none from an ordinary apostrophe", () => {
  deepEqual(["'=1", "''@x", "'s-Gravenhage", "-5"].map(unguarded), ["=1", "'@x", "'s-Gravenhage", "-5"]);
});

test("own columns named line and reject_reason stay in the list", () => {
  const text = "line,reject_reason,line,reject_reason\r\na,b,3,mrn: x\r\n";
  const list = readRejects(text);
  deepEqual(list.columns, ["line", "reject_reason"]);
  equal(writeRejects(list, NONE, list.rejects), text);
});

test("other texts are no list of rejects", () => {
  throws(() => readRejects("<Error>gone</Error>"), SyntaxError);
});

test("corrected rows have a name that the service takes, however often they are sent", () => {
  equal(correctedName("patients/main/ab/march (1).csv.gz"), "march (1)-corrected.csv");
  equal(correctedName("patients/main/ab/march-corrected.csv"), "march-corrected.csv");
  equal(correctedName("patients/…#.csv"), "rows-corrected.csv");
});
