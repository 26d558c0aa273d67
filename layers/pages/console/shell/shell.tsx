/** The frame around every room: navigation, user, messages. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Dialog } from "../parts/dialog";
import { Icon } from "../parts/icon";
import { useStore } from "../parts/store";
import { say, Toasts } from "../parts/toast";
import { useRoute } from "../router";
import { LoginForm, PasskeyButton } from "../session/login";
import { logOut, session, type User } from "../session/session";
import { ConnectionBanner } from "./connection_banner";
import { RoomView } from "./room_view";
import { type Room, roomsOf } from "./rooms";
import { Shortcuts } from "./shortcuts";

export function Shell({ user }: { user: User }) {
  const rooms = roomsOf(user);
  const main = useRef<HTMLElement>(null);
  const skip = (event: Event) => {
    event.preventDefault();
    main.current?.focus();
  };
  return (
    <div class="shell">
      <a class="skip" href="#main" onClick={skip}>
        Skip to the content
      </a>
      <Side rooms={rooms} user={user} />
      <main ref={main} tabIndex={-1}>
        <ConnectionBanner />
        <RoomView rooms={rooms} />
      </main>
      <Shortcuts rooms={rooms} />
      <SessionEnded />
      <Toasts />
    </div>
  );
}

function Side({ rooms, user }: { rooms: readonly Room[]; user: User }) {
  const route = useRoute();
  const [isOpen, setOpen] = useState(false);
  const here = route.path[0] ?? "";
  const open = (next: boolean) => () => setOpen(next);
  useEffect(() => setOpen(false), [route]);
  const leave = () => logOut().catch((error: Error) => say(error.message));
  return (
    <header class={isOpen ? "side is-open" : "side"}>
      <div class="side-top">
        <a class="brand" href="#/">
          <span class="brand-mark" aria-hidden="true">
            P
          </span>
          Payerworks
        </a>
        <button
          type="button"
          class="button is-quiet menu-button"
          aria-expanded={isOpen}
          aria-controls="navigation"
          onClick={open(!isOpen)}
        >
          <Icon name={isOpen ? "close" : "menu"} />
          <span>Menu</span>
        </button>
      </div>
      <nav id="navigation" aria-label="Rooms">
        <ul>
          {rooms.map((room) => (
            <li key={room.path}>
              <a href={`#/${room.path}`} aria-current={room.path === here ? "page" : undefined}>
                <Icon name={room.icon} /> {room.title}
              </a>
            </li>
          ))}
        </ul>
        <div class="side-user">
          <p class="is-faint" title={user.email}>
            {user.email}
          </p>
          <button type="button" class="button is-quiet" onClick={leave}>
            <Icon name="out" /> Log out
          </button>
        </div>
      </nav>
    </header>
  );
}

function SessionEnded() {
  const current = useStore(session);
  if (current.state !== "ended") return null;
  return (
    <Dialog title="Your session has ended">
      <p>Log in again to go on. Everything you typed is still there.</p>
      <LoginForm email={current.user.email} />
      <PasskeyButton />
    </Dialog>
  );
}
