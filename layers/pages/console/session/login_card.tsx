/** The card in the middle of a page that needs no login, or comes before it. */
import { useEffect } from "preact/hooks";
import { ConnectionBanner } from "../shell/connection_banner";

interface LoginCardProps {
  title: string;
  isWide?: boolean;
  children: preact.ComponentChildren;
}

export function LoginCard({ title, isWide = false, children }: LoginCardProps) {
  useEffect(() => {
    document.title = `${title} – Payerworks`;
  }, [title]);
  return (
    <main class="login">
      <div class={isWide ? "login-card is-wide" : "login-card"}>
        <p class="brand">
          <span class="brand-mark" aria-hidden="true">
            P
          </span>
          Payerworks
        </p>
        <ConnectionBanner />
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}
