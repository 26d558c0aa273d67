/** The console: a page for the people who work with the API. */
import "./parts/preferences";
import "./styles/index.css";
import { render } from "preact";
import { useStore } from "./parts/store";
import { linkToken } from "./router";
import { LoginPage } from "./session/login";
import { NewPasswordPage } from "./session/new_password_page";
import { resume, session } from "./session/session";
import { EnrolmentPage } from "./shell/enrolment_page";
import { Shell } from "./shell/shell";

function Console() {
  const current = useStore(session);
  const token = useStore(linkToken);
  if (token) return <NewPasswordPage key={token} token={token} />;
  switch (current.state) {
    case "starting":
      return <p class="starting">Payerworks</p>;
    case "out":
      return <LoginPage message={current.message} />;
    default:
      return current.mustEnrol ? <EnrolmentPage /> : <Shell user={current.user} />;
  }
}

render(<Console />, document.getElementById("app") as HTMLElement);
resume();
