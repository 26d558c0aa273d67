/** The list of users; its filters are in the address. */
import { useList } from "../api/hooks";
import { anyOf, Filters, filtersIn, SelectFilter, TextFilter } from "../parts/filters";
import { List } from "../parts/list";
import { Page } from "../parts/page";
import { Empty } from "../parts/states";
import type { Column } from "../parts/table";
import { Day, words } from "../parts/values";
import { href } from "../router";
import { isAdmin } from "./rights";
import { OperationsTabs } from "./tabs";
import { PERSON_TYPES, ROLES, rolesText, type User, UserState } from "./user_words";

const FILTERS = ["type", "role", "email"] as const;

const COLUMNS: readonly Column<User>[] = [
  { title: "E-mail", width: "minmax(12rem, 2fr)", card: "title", cell: (user) => user.email },
  { title: "Type", width: "7rem", card: "note", cell: (user) => words(user.user_type) },
  {
    title: "Roles",
    width: "minmax(8rem, 1fr)",
    cell: (user) => (user.user_type === "admin" ? "All" : rolesText(user.roles)),
  },
  { title: "Since", width: "8rem", card: "note-end", cell: (user) => <Day iso={user.created_at} /> },
  { title: "State", width: "7rem", card: "end", cell: (user) => <UserState user={user} /> },
];

export function UsersPage({ query }: { query: URLSearchParams }) {
  const email = query.get("email") ?? "";
  return (
    <Page
      title="Users"
      actions={
        isAdmin() && (
          <a class="button is-main" href={href(["operations", "users", "new"])}>
            New user
          </a>
        )
      }
    >
      <OperationsTabs here="users" />
      <Filters names={FILTERS} query={query}>
        <TextFilter
          name="email"
          label="E-mail, whole"
          query={query}
          input={{ type: "email", "data-search": "", spellcheck: false }}
        />
        <SelectFilter name="type" label="Type" query={query} options={anyOf(PERSON_TYPES)} />
        <SelectFilter name="role" label="Role" query={query} options={anyOf(ROLES)} />
      </Filters>
      {email && !isWhole(email) ? (
        <Empty title="Type the whole e-mail, such as name@example.com." />
      ) : (
        <Users query={query} />
      )}
    </Page>
  );
}

const isWhole = (email: string): boolean => /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email);

function Users({ query }: { query: URLSearchParams }) {
  const users = useList("/users", filtersIn(query, FILTERS));
  return (
    <List
      caption="Users"
      list={users}
      columns={COLUMNS}
      rowKey={(user) => user.user_id}
      rowHref={(user) => href(["operations", "users", user.user_id])}
      empty={<p>No user matches these filters.</p>}
    />
  );
}
