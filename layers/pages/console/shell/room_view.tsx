/** The room that the address names. */
import { useEffect, useState } from "preact/hooks";
import { asProblem, Problem } from "../api/problem";
import { Page } from "../parts/page";
import { Empty, Failure, Skeleton } from "../parts/states";
import { useRoute } from "../router";
import type { Room, RoomProps } from "./rooms";

type Draw = (props: RoomProps) => preact.ComponentChildren;

/** By how they are loaded: the home differs between users. */
const loaded = new Map<Room["load"], Draw>();

export function RoomView({ rooms }: { rooms: readonly Room[] }) {
  const { path, query } = useRoute();
  const room = rooms.find((each) => each.path === (path[0] ?? ""));
  if (!room) return <Unknown />;
  return <LoadedRoom key={room.path} room={room} rest={path.slice(1)} query={query} />;
}

function LoadedRoom({ room, rest, query }: { room: Room } & RoomProps) {
  const [problem, setProblem] = useState<Problem>();
  const [, draw] = useState({});
  useEffect(() => {
    if (loaded.has(room.load)) return;
    room.load().then(
      (module) => {
        loaded.set(room.load, module.default);
        draw({});
      },
      (error) => {
        const isOutdated = error instanceof TypeError;
        setProblem(
          isOutdated ? new Problem(0, "Not loaded", "This part of the console cannot be loaded.") : asProblem(error),
        );
      },
    );
  }, [room.load]);
  const Drawn = loaded.get(room.load);
  if (Drawn) return <Drawn rest={rest} query={query} />;
  return problem ? <Failure problem={problem} retry={() => location.reload()} /> : <Skeleton lines={6} />;
}

function Unknown() {
  return (
    <Page title="Nothing here">
      <Empty title="There is no such page, or your account may not open it.">
        <p>
          <a href="#/">Go to the home page</a>
        </p>
      </Empty>
    </Page>
  );
}
