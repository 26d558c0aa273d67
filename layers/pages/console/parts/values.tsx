/** Values as people read them: money, days, times, ids. */
import { Icon } from "./icon";
import { say } from "./toast";

const DOLLARS = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });
const NUMBER = new Intl.NumberFormat("en-US");
const DAY = new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeZone: "UTC" });
const TIME = new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeStyle: "short" });
const AGO = new Intl.RelativeTimeFormat("en-US", { numeric: "auto" });

export const dollars = (amount: number | string): string => DOLLARS.format(Number(amount)).replace("-", "−");
export const count = (value: number): string => NUMBER.format(value);
/** A date without a time, such as 2018-03-28. */
export const day = (iso: string): string => DAY.format(new Date(`${iso.slice(0, 10)}T00:00:00Z`));
export const time = (iso: string): string => TIME.format(new Date(iso));
/** The first letter as a capital, underscores as spaces: `payment_review` → "Payment review". */
export const words = (name: string): string => (name.charAt(0).toUpperCase() + name.slice(1)).replaceAll("_", " ");

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

export function ago(iso: string): string {
  const seconds = (Date.parse(iso) - Date.now()) / 1000;
  const [unit, size] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? ["second", 1];
  return AGO.format(Math.round(seconds / size), unit);
}

export function Money({ amount }: { amount: number | string }) {
  return <span class={Number(amount) < 0 ? "money is-negative" : "money"}>{dollars(amount)}</span>;
}

export function Day({ iso }: { iso: string }) {
  return <time dateTime={iso}>{day(iso)}</time>;
}

export function Time({ iso }: { iso: string }) {
  return (
    <time dateTime={iso} title={iso}>
      {time(iso)}
    </time>
  );
}

/** Something to copy, such as an id. */
export function Code({ text, what = "id" }: { text: string; what?: string }) {
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    say(`Copied the ${what}.`);
  };
  return (
    <span class="code">
      <code>{text}</code>
      <button type="button" class="button is-quiet is-small" aria-label={`Copy the ${what}`} onClick={copy}>
        <Icon name="copy" />
      </button>
    </span>
  );
}

/** Names and values of one thing. */
export function Facts({ children }: { children: preact.ComponentChildren }) {
  return <dl class="facts">{children}</dl>;
}

export function Fact({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
