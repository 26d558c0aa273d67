/**
 * Operations: `#/operations` with health and queues, `…/queues/{name}`, `…/search`, `…/users` with filters,
 * `…/users/new`, `…/users/{id}`, `…/clients`.
 */
import { Page } from "../parts/page";
import { Empty } from "../parts/states";
import type { RoomProps } from "../shell/rooms";
import { ClientsPage } from "./clients_page";
import { NewUserPage } from "./new_user_page";
import { QueuePage } from "./queue_page";
import { SearchPage } from "./search_page";
import { SystemPage } from "./system_page";
import { UserPage } from "./user_page";
import { UsersPage } from "./users_page";

export default function Operations({ rest: [place, id], query }: RoomProps) {
  if (place === undefined) return <SystemPage />;
  if (place === "queues" && id) return <QueuePage key={id} name={id} />;
  if (place === "search") return <SearchPage />;
  if (place === "users" && id === "new") return <NewUserPage />;
  if (place === "users" && id) return <UserPage key={id} id={id} />;
  if (place === "users") return <UsersPage query={query} />;
  if (place === "clients") return <ClientsPage />;
  return (
    <Page title="Nothing here">
      <Empty title="There is no such page.">
        <a href="#/operations">Go to the operations</a>
      </Empty>
    </Page>
  );
}
