/** What users see who need a second factor and have none: until they add one, the API lets them do nothing else. */
import { useEffect, useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/problem";
import { Failure, Skeleton } from "../parts/states";
import { say, Toasts } from "../parts/toast";
import { LoginCard } from "../session/login_card";
import { currentUser, logOut } from "../session/session";

type Room = typeof import("../account/account");

export function EnrolmentPage() {
  const [room, setRoom] = useState<Room>();
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    import("../account/account").then(setRoom, (error) => setProblem(asProblem(error)));
  }, []);
  const leave = () => logOut().catch((error: Error) => say(error.message));
  return (
    <LoginCard title="Add a second factor" isWide>
      <p>
        Accounts of this type need one beside the password. You are logged in as {currentUser().email}; everything else
        opens once you have added it.
      </p>
      <Failure problem={problem} retry={() => location.reload()} />
      {room ? <room.Enrolment /> : !problem && <Skeleton />}
      <button type="button" class="button is-quiet" onClick={leave}>
        Log out
      </button>
      <Toasts />
    </LoginCard>
  );
}
