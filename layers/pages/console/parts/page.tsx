/** The head of a page: its title, where it belongs, and what can be done. */
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "./icon";

interface PageProps {
  title: string;
  /** The page above this one. */
  above?: { title: string; href: string };
  badge?: preact.ComponentChildren;
  actions?: preact.ComponentChildren;
  children: preact.ComponentChildren;
}

export function Page({ title, above, badge, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} – Payerworks`;
  }, [title]);
  // Like a new document: its reader, and the keyboard, begin at its title.
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <>
      <header class="page-head">
        <div>
          {above && (
            <a class="above" href={above.href}>
              <Icon name="back" /> {above.title}
            </a>
          )}
          <div class="page-title">
            <h1 ref={heading} tabIndex={-1}>
              {title}
            </h1>
            {badge}
          </div>
        </div>
        {actions && <div class="actions">{actions}</div>}
      </header>
      {children}
    </>
  );
}

export function Panel({ title, note, children }: { title: string; note?: string; children: preact.ComponentChildren }) {
  return (
    <section class="panel">
      <header>
        <h2>{title}</h2>
        {note && <p class="is-faint">{note}</p>}
      </header>
      {children}
    </section>
  );
}
