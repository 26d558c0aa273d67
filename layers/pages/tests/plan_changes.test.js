// The pure logic of the room `plans`: what is sent for what was typed, and how changes meet those of others.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as changes from "../console/plans/changes.ts";
import { exactJson, patchOf } from "../console/plans/patch.ts";

const { NOTHING, amountCell, nameCell, planAmountCell } = changes;

function service(id, name, costs) {
  const _org = "example.com";
  return {
    objectId: id,
    objectType: "planservice",
    _org,
    linkedService: { objectId: `${id}-s`, objectType: "service", _org, name },
    planserviceCostShares: { objectId: `${id}-c`, objectType: "membercostshare", _org, ...costs },
  };
}

function plan(...services) {
  return {
    objectId: "p",
    objectType: "plan",
    _org: "example.com",
    planType: "inNetwork",
    creationDate: "12-12-2017",
    planCostShares: {
      objectId: "p-c",
      objectType: "membercostshare",
      _org: "example.com",
      deductible: 2000,
      copay: 23,
    },
    linkedPlanServices: services,
  };
}

const PLAN = plan(
  service("a", "Yearly physical", { deductible: 10, copay: 0 }),
  service("b~1", "X-ray", { deductible: 5 }),
);
const type = (before, cell, text) => changes.typed(PLAN, before, cell, text);
const sent = (patch) => JSON.parse(JSON.stringify(patch.body));

test("only what changed is sent, as a merge, with numbers as they were typed", () => {
  let made = type(NOTHING, amountCell("a", "copay"), "12.50");
  made = type(made, nameCell("b~1"), "X-rays");
  made = type(made, planAmountCell("deductible"), "1e3");
  const patch = patchOf(PLAN, made);
  assert.equal(patch.mediaType, "application/json");
  assert.deepEqual(sent(patch), {
    planCostShares: { deductible: 1000 },
    linkedPlanServices: [
      { objectId: "a", planserviceCostShares: { copay: 12.5 } },
      { objectId: "b~1", linkedService: { name: "X-rays" } },
    ],
  });
  const text = JSON.stringify(patch.body);
  assert.ok(text.includes('"copay":12.50') && text.includes('"deductible":1e3'), text);
});

test("a text typed back is no change", () => {
  const cell = amountCell("a", "copay");
  assert.deepEqual(type(type(NOTHING, cell, "1"), cell, "0"), NOTHING);
});

test("what is no number is sent as a text, so that the API says what is wrong with it", () => {
  const patch = patchOf(PLAN, type(NOTHING, amountCell("a", "copay"), "ten"));
  assert.equal(sent(patch).linkedPlanServices[0].planserviceCostShares.copay, "ten");
});

test("a fault of a merge is at the cell of its service", () => {
  const patch = patchOf(PLAN, type(type(NOTHING, nameCell("b~1"), ""), amountCell("a", "copay"), "x"));
  assert.equal(patch.cellOf("/linkedPlanServices/0/linkedService/name"), nameCell("b~1"));
  assert.equal(patch.cellOf("/linkedPlanServices/1/planserviceCostShares/copay"), amountCell("a", "copay"));
  assert.equal(patch.cellOf("/planCostShares/copay"), planAmountCell("copay"));
  assert.equal(patch.cellOf(""), "");
});

test("an emptied amount and a removed service are a JSON Patch that names services by objectId", () => {
  let made = type(NOTHING, amountCell("a", "copay"), " ");
  made = changes.removed(made, "b~1");
  const patch = patchOf(PLAN, made);
  assert.equal(patch.mediaType, "application/json-patch+json");
  assert.deepEqual(sent(patch), [
    { op: "remove", path: "/linkedPlanServices/a/planserviceCostShares/copay" },
    { op: "remove", path: "/linkedPlanServices/b~01" },
  ]);
  assert.equal(patch.cellOf("/0"), amountCell("a", "copay"));
  assert.equal(patch.cellOf("/1"), "/linkedPlanServices/b~01");
});

test("an objectId that looks like an index is named by its place", () => {
  const numbered = plan(service("1", "X", { deductible: 1 }), service("0", "Y", { deductible: 1 }));
  const patch = patchOf(numbered, changes.removed(changes.removed(NOTHING, "1"), "0"));
  assert.deepEqual(
    sent(patch).map(({ path }) => path),
    ["/linkedPlanServices/1", "/linkedPlanServices/0"],
  );
});

test("faults of a JSON Patch point into the plan that would result", () => {
  let made = changes.added(changes.removed(NOTHING, "a"), "n");
  made = type(made, nameCell("n"), "Dental");
  const patch = patchOf(PLAN, made);
  assert.equal(patch.cellOf("/linkedPlanServices/0/linkedService/name"), nameCell("b~1"));
  assert.equal(patch.cellOf("/linkedPlanServices/1/planserviceCostShares/deductible"), amountCell("n", "deductible"));
});

test("a new service is sent whole, what is missing in it as empty", () => {
  const patch = patchOf(PLAN, type(changes.added(NOTHING, "n"), nameCell("n"), "Dental"));
  const [added] = sent(patch).linkedPlanServices;
  assert.equal(added.linkedService.name, "Dental");
  assert.equal(added.planserviceCostShares.deductible, "");
  assert.equal(added._org, "example.com");
  const ids = [added.objectId, added.linkedService.objectId, added.planserviceCostShares.objectId];
  assert.equal(new Set(ids).size, 3);
});

test("removing a new service forgets what was typed for it", () => {
  const made = type(changes.added(NOTHING, "n"), nameCell("n"), "Dental");
  assert.deepEqual(changes.removed(made, "n"), NOTHING);
});

test("changes inside of a service to remove are not counted and not sent", () => {
  const made = changes.removed(type(NOTHING, nameCell("a"), "Physical"), "a");
  assert.equal(changes.countOf(made), 1);
  assert.deepEqual(sent(patchOf(PLAN, made)), [{ op: "remove", path: "/linkedPlanServices/a" }]);
  assert.equal(changes.countOf(changes.restored(made, "a")), 1);
});

test("changes of other cells are no conflict, of the same cell they are", () => {
  const theirs = plan(service("a", "Physical", { deductible: 10, copay: 7 }), PLAN.linkedPlanServices[1]);
  const made = type(type(NOTHING, amountCell("a", "copay"), "8"), amountCell("b~1", "deductible"), "6");
  const met = changes.meetings(PLAN, theirs, made);
  assert.deepEqual(
    met.map(({ cell, before, theirs, mine, isConflict }) => [cell, before, theirs, mine, isConflict]),
    [
      [amountCell("a", "copay"), "0", "7", "8", true],
      [amountCell("b~1", "deductible"), "5", "5", "6", false],
    ],
  );
  const mine = changes.rebased(PLAN, theirs, made, new Set());
  assert.deepEqual(mine, made);
  const given = changes.rebased(PLAN, theirs, made, new Set([amountCell("a", "copay")]));
  assert.deepEqual(given.cells, { [amountCell("b~1", "deductible")]: "6" });
});

test("a change that others made too is none any more, as after a lost answer", () => {
  const made = changes.removed(type(changes.added(NOTHING, "n"), nameCell("n"), "Dental"), "b~1");
  const theirs = plan(PLAN.linkedPlanServices[0], service("n", "Dental", { deductible: 0 }));
  assert.deepEqual(changes.meetings(PLAN, theirs, made), []);
  assert.equal(changes.countOf(changes.rebased(PLAN, theirs, made, new Set())), 0);
});

test("a change of a service that others removed has no place", () => {
  const theirs = plan(PLAN.linkedPlanServices[0]);
  const made = type(NOTHING, nameCell("b~1"), "X-rays");
  assert.deepEqual(
    changes.meetings(PLAN, theirs, made).map(({ isGone, isConflict }) => [isGone, isConflict]),
    [[true, true]],
  );
  assert.equal(changes.countOf(changes.rebased(PLAN, theirs, made, new Set())), 0);
});

test("removing a service that others changed is a conflict", () => {
  const theirs = plan(service("a", "Yearly physical", { deductible: 11, copay: 0 }), PLAN.linkedPlanServices[1]);
  const made = changes.removed(NOTHING, "a");
  const [met] = changes.meetings(PLAN, theirs, made);
  assert.equal(met.isConflict, true);
  assert.deepEqual(changes.rebased(PLAN, theirs, made, new Set([met.cell])).removed, []);
  assert.deepEqual(changes.rebased(PLAN, theirs, made, new Set()).removed, ["a"]);
});

test("a cell is named as people name it", () => {
  assert.equal(changes.labelOf(PLAN, NOTHING, amountCell("a", "copay")), "Copay of Yearly physical");
  assert.equal(changes.labelOf(PLAN, NOTHING, planAmountCell("annualMaximum")), "Annual maximum of the plan");
});

test("pasted numbers are sent as they are in the text", () => {
  assert.equal(JSON.stringify(exactJson('{"copay": 20.10, "of": [1e2, -0]}')), '{"copay":20.10,"of":[1e2,-0]}');
  assert.throws(() => exactJson("{"), SyntaxError);
});
