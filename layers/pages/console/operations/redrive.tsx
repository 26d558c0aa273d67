/** Send the dead messages of a queue back to it, some at a time, until none is left or the user stops it. */
import { useRef, useState } from "preact/hooks";
import { call } from "../api/call";
import { useAction } from "../api/hooks";
import { Progress } from "../parts/progress";
import { Failure } from "../parts/states";
import { say } from "../parts/toast";
import { count } from "../parts/values";

const AT_ONCE = 100;

export function Redrive({ name, dead, done }: { name: string; dead: number; done: () => void }) {
  const [moved, setMoved] = useState<number>();
  const isStopped = useRef(false);
  const redrive = useAction(async (key, queue: string) => {
    isStopped.current = false;
    let [sum, left] = [0, dead];
    setMoved(0);
    // A repeat after a lost answer sends the same keys again, so it goes on where the first try was.
    for (let round = 0; left > 0 && !isStopped.current; round++) {
      const { data } = await call("post", "/admin/queues/{name}/redrive", {
        ids: [queue],
        query: { limit: AT_ONCE },
        idempotencyKey: `${key}-${round}`,
      });
      sum += data.moved;
      left = data.left;
      setMoved(sum);
      if (data.moved === 0) break;
    }
    setMoved(undefined);
    say(`${count(sum)} messages were sent back${left ? `; about ${count(left)} are left.` : "."}`);
    done();
  });
  return (
    <>
      <Failure problem={redrive.problem} />
      {redrive.isRunning && moved !== undefined ? (
        <>
          <Progress label={`${count(moved)} of about ${count(dead)} sent back`} value={moved} max={dead} />
          <div class="actions">
            <button
              type="button"
              class="button"
              onClick={() => {
                isStopped.current = true;
              }}
            >
              Stop
            </button>
          </div>
        </>
      ) : (
        <div class="actions">
          <button type="button" class="button is-main" onClick={() => redrive.run(name)}>
            Send them back to the queue
          </button>
        </div>
      )}
    </>
  );
}
