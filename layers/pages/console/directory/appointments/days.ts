/** Days and times of appointments, in the time zone of the browser. */

/** The day of a moment, such as 2026-01-31. */
export function localDay(moment: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

/** When a day begins and when the next one does, as filters of a list; empty if the day is none. */
export function boundsOf(day: string): { from?: string; to?: string } {
  const first = new Date(`${day}T00:00`);
  if (Number.isNaN(first.getTime())) return {};
  // A day can have 23 or 25 hours.
  const end = new Date(first.getFullYear(), first.getMonth(), first.getDate() + 1);
  return { from: first.toISOString(), to: end.toISOString() };
}

/** A day and a time as the API takes them; what is no time stays as it was typed, so that the API says so. */
export function startOf(day: string, time: string): string {
  const moment = new Date(`${day}T${time}`);
  return Number.isNaN(moment.getTime()) ? `${day}T${time}` : moment.toISOString();
}

export function localTime(iso: string): { day: string; time: string } {
  const moment = new Date(iso);
  return { day: localDay(moment), time: moment.toTimeString().slice(0, 5) };
}
