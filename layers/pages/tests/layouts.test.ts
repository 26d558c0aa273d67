import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { columnNumbers, columnsOf, LAYOUTS, likelyKind, nearestLayout } from "../console/intake/layouts";

const named = (kind, header) => {
  const { layout, missing } = nearestLayout(kind, header);
  return missing.length ? missing : layout.name;
};

test("headers are known in any order and spelling", () => {
  const header = "Visit-Date,MRN,first name,LAST_NAME,birthdate,visit_account_number,reason".split(",");
  equal(named("patients", header), "Patients and visits");
  equal(named("patients", "Id,BIRTHDATE,DEATHDATE,FIRST,LAST".split(",")), "Synthea patients");
  equal(named("patients", "Id,START,STOP,PATIENT,DESCRIPTION".split(",")), "Synthea encounters");
  const claims =
    "Service Date,Submitted Procedure,Plan/Group #,Subscriber#,Provider NPI,Provider Fees,Allowed Fees,member coinsurance,member copay";
  equal(named("claims", claims.split(",")), "Claims");
});

test("a reason may be missing only where no other column could be meant", () => {
  const own = "mrn,first_name,last_name,birth_date,visit_account_number,visit_date".split(",");
  equal(named("patients", own), "Patients and visits");
  deepEqual(named("patients", [...own, "Grund"]), ["reason"]);
});

test("the columns of Synthea's encounters fill in a mapping", () => {
  const synthea = LAYOUTS.patients[2];
  deepEqual(columnsOf("patients", ["ID", "Start", "Patient", "DESCRIPTION", "Other"], synthea), {
    visit_account_number: ["ID"],
    visit_date: ["Start"],
    mrn: ["Patient"],
    reason: ["DESCRIPTION"],
  });
});

test("a header of claims is a file of claims, and one of nothing known is of patients", () => {
  equal(likelyKind(["Service Date", "Provider NPI", "member_copay"]), "claims");
  equal(likelyKind(["Patient No", "Vorname"]), "patients");
});

test("a field's columns are those chosen, or else those of its name", () => {
  const header = ["Grund", "mrn", "Diagnose", "grund"];
  deepEqual(columnNumbers("patients", header, { reason: ["Grund", "Diagnose"] }, "reason"), [0, 2, 3]);
  deepEqual(columnNumbers("patients", header, undefined, "mrn"), [1]);
  deepEqual(columnNumbers("patients", header, { mrn: "Grund" }, "reason"), []);
});
