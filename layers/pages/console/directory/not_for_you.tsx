/** A page of the directory that the user may not open. */
import { Page } from "../parts/page";
import { Empty } from "../parts/states";
import { href } from "../router";

export function NotForYou() {
  return (
    <Page title="Not for your account">
      <Empty title="Your account may not open this page.">
        <p>
          <a href={href(["directory"])}>Go to the directory</a>
        </p>
      </Empty>
    </Page>
  );
}
