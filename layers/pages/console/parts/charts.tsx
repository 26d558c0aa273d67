/** Small charts. Each says its numbers as text too, so that nothing is in a shape or a color alone. */

export interface Bar {
  label: preact.ComponentChildren;
  value: number;
  text: string;
  href?: string;
}

/** Bars side by side, one a line, the longest across the whole width. */
export function Bars({ caption, bars }: { caption: string; bars: readonly Bar[] }) {
  const most = Math.max(...bars.map((bar) => bar.value), 0) || 1;
  return (
    <table class="bars">
      <caption class="is-hidden-text">{caption}</caption>
      <tbody>
        {bars.map((bar) => (
          <tr key={bar.href ?? bar.text + bar.value}>
            <th scope="row">{bar.href ? <a href={bar.href}>{bar.label}</a> : bar.label}</th>
            <td class="bar-cell">
              <span class="bar" style={{ width: `${(Math.max(bar.value, 0) / most) * 100}%` }} />
            </td>
            <td class="is-number">{bar.text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Numbers of a day's hours, or of other steps in order: a column each, and a table for who does not see them. */
export function Columns({
  caption,
  columns,
}: {
  caption: string;
  columns: readonly { label: string; value: number }[];
}) {
  const most = Math.max(...columns.map(({ value }) => value), 1);
  const [first, last] = [columns[0], columns.at(-1)];
  return (
    <figure class="column-chart">
      <div aria-hidden="true" class="column-bars">
        {columns.map(({ label, value }) => (
          <span key={label} title={`${label}: ${value}`}>
            <span style={{ height: `${(value / most) * 100}%` }} />
          </span>
        ))}
      </div>
      <figcaption>
        <span aria-hidden="true">{first?.label}</span>
        <span>
          {caption}, at most {most}
        </span>
        <span aria-hidden="true">{last?.label}</span>
      </figcaption>
      <div class="is-hidden-text">
        <table>
          <caption>{caption}</caption>
          <tbody>
            {columns.map(({ label, value }) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

export interface WaterfallStep {
  label: string;
  /** What it adds; below 0 what it takes away. */
  change: number;
}

/** How amounts add up to a sum, one a line: each begins where the last one ended. */
export function Waterfall({
  caption,
  steps,
  total,
  format,
}: {
  caption: string;
  steps: readonly WaterfallStep[];
  total: { label: string; value: number };
  format: (value: number) => string;
}) {
  let sum = 0;
  const ends = steps.map((step) => {
    sum += step.change;
    return sum;
  });
  const low = Math.min(0, ...ends);
  const span = Math.max(0, ...ends) - low || 1;
  const bar = (from: number, to: number, tone: string) => (
    <td class="bar-cell">
      <span
        class={`bar ${tone}`}
        style={{
          left: `${((Math.min(from, to) - low) / span) * 100}%`,
          width: `${(Math.abs(to - from) / span) * 100}%`,
        }}
      />
    </td>
  );
  return (
    <table class="bars waterfall">
      <caption class="is-hidden-text">{caption}</caption>
      <tbody>
        {steps.map((step, place) => (
          <tr key={step.label}>
            <th scope="row">{step.label}</th>
            {bar(ends[place - 1] ?? 0, ends[place] ?? 0, step.change < 0 ? "is-minus" : "")}
            <td class="is-number">
              {step.change < 0 ? "− " : place ? "+ " : ""}
              {format(Math.abs(step.change))}
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{total.label}</th>
          {bar(0, total.value, "is-total")}
          <td class="is-number">{format(total.value)}</td>
        </tr>
      </tfoot>
    </table>
  );
}

/** The course of a number over time, without axes; `label` says what it shows. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const most = Math.max(...values, 1);
  const step = 100 / Math.max(values.length - 1, 1);
  const points = values.map((value, place) => `${place * step},${24 - (value / most) * 22}`).join(" ");
  return (
    <svg class="sparkline" viewBox="0 0 100 26" preserveAspectRatio="none" role="img" aria-label={label}>
      <polyline points={points} />
    </svg>
  );
}
