/** The console: a page for the people who work with the API. */
import "./parts/preferences";
import "./styles/index.css";
import { render } from "preact";
import { useStore } from "./parts/store";
import { LoginPage } from "./session/login";
import { resume, session } from "./session/session";
import { Shell } from "./shell/shell";

function Console() {
  const current = useStore(session);
  switch (current.state) {
    case "starting":
      return <p class="starting">Payerworks</p>;
    case "out":
      return <LoginPage message={current.message} />;
    default:
      return <Shell user={current.user} />;
  }
}

render(<Console />, document.getElementById("app") as HTMLElement);
resume();
