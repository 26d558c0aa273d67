/** One member of a person in a form. */
import { useGet } from "../../api/hooks";
import type { Problem } from "../../api/problem";
import { LongTextField, SelectField, TextField } from "../../parts/form";
import { words } from "../../parts/values";
import type { MemberField } from "./fields";
import { PersonPicker } from "./person_picker";

interface MemberInputProps {
  field: MemberField;
  value: string;
  onInput: (text: string) => void;
  problem?: Problem | undefined;
  /** What the member is now, if somebody changed it while it was typed. */
  meanwhile?: string | undefined;
}

const INPUTS: Partial<Record<MemberField["type"], object>> = {
  email: { type: "email", autocomplete: "off" },
  phone: { type: "tel" },
  url: { type: "url" },
  day: { type: "date" },
  number: { inputMode: "decimal" },
  dollars: { inputMode: "decimal" },
};

export function MemberInput({ field, meanwhile, ...input }: MemberInputProps) {
  const label = field.isRequired ? field.label : `${field.label} (optional)`;
  const hint = meanwhile === undefined ? field.hint : `In the meantime it became: ${meanwhile || "empty"}`;
  const given = { ...input, label, pointer: `/${field.name}`, ...(hint ? { hint } : {}) };
  switch (field.type) {
    case "institution":
    case "doctor":
    case "patient":
      return <PersonPicker kind={field.type} {...given} />;
    case "long_text":
      return <LongTextField {...given} />;
    case "yes_no":
      return (
        <SelectField
          {...given}
          options={[
            ["", "Not said"],
            ["true", "Yes"],
            ["false", "No"],
          ]}
        />
      );
    case "choice":
      return field.options ? (
        <SelectField
          {...given}
          options={[["", "Choose"], ...field.options.map((each) => [each, words(each)] as const)]}
        />
      ) : (
        <SpecialtyField {...given} />
      );
    default:
      return <TextField {...given} input={INPUTS[field.type] ?? {}} />;
  }
}

export function useSpecialties(isWanted = true): readonly (readonly [string, string])[] {
  const all = useGet(isWanted ? "/api/v1/specialties" : null);
  return all.data?.items.map(({ id, name }) => [id, name] as const) ?? [];
}

function SpecialtyField(field: Omit<Parameters<typeof SelectField>[0], "options">) {
  return <SelectField {...field} options={[["", "Choose"], ...useSpecialties()]} />;
}
