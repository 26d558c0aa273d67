/** What doctors write of a patient, by the names of the API's paths. */
export const ENTRY_KINDS = {
  conditions: { title: "Conditions", one: "condition" },
  medications: { title: "Medications", one: "medication" },
  allergies: { title: "Allergies", one: "allergy" },
  "family-history": { title: "Family history", one: "illness in the family" },
} as const;

export type EntryKind = keyof typeof ENTRY_KINDS;
export const ENTRY_KIND_NAMES = Object.keys(ENTRY_KINDS) as EntryKind[];
