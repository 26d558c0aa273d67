/**
 * The rooms of the console: a folder each, loaded when it is first opened. To add one, write its folder with a module
 * whose default export draws what the rest of the address names, and add it here.
 */
import type { IconName } from "../parts/icon";
import type { User } from "../session/session";
import { belongsTo } from "../session/session";

export interface RoomProps {
  /** The decoded parts of the address after the room's own. */
  rest: readonly string[];
  query: URLSearchParams;
}

export interface Room {
  path: string;
  title: string;
  /** Another title for users of a type. */
  titles?: Partial<Record<User["user_type"], string>>;
  icon: IconName;
  /** The key that opens it after G. */
  key: string;
  /** User types and roles that may enter, as functions/auth/users/rights.py names them; empty: everyone. */
  groups: readonly string[];
  load: () => Promise<{ default: (props: RoomProps) => preact.ComponentChildren }>;
}

const ROOMS: readonly Room[] = [
  { path: "", title: "Home", icon: "home", key: "h", groups: [], load: () => import("../home/home") },
  {
    path: "claims",
    title: "Claims",
    icon: "claims",
    key: "c",
    groups: ["claims", "support"],
    load: () => import("../claims/claims"),
  },
  {
    path: "patients",
    title: "Patients",
    icon: "patients",
    key: "r",
    groups: ["intake", "support"],
    load: () => import("../patients/patients"),
  },
  {
    path: "directory",
    title: "Directory",
    titles: { patient: "Your page", doctor: "Your practice", institution: "Your institution" },
    icon: "directory",
    key: "d",
    groups: ["directory", "support", "patient", "doctor", "institution"],
    load: () => import("../directory/directory"),
  },
  {
    path: "intake",
    title: "Intake",
    icon: "intake",
    key: "i",
    groups: ["intake", "support"],
    load: () => import("../intake/intake"),
  },
  {
    path: "plans",
    title: "Plans",
    icon: "plans",
    key: "p",
    groups: ["patient", "doctor", "institution", "plans", "support"],
    load: () => import("../plans/plans"),
  },
  {
    path: "operations",
    title: "Operations",
    icon: "operations",
    key: "o",
    groups: ["operations", "support"],
    load: () => import("../operations/operations"),
  },
  {
    path: "audit",
    title: "Audit",
    icon: "audit",
    key: "u",
    groups: ["audit"],
    load: () => import("../audit/audit"),
  },
  {
    path: "account",
    title: "Account",
    icon: "account",
    key: "a",
    groups: [],
    load: () => import("../account/account"),
  },
];

/** Those who are not staff begin with what is theirs. */
const OWN_HOME: Partial<Room> = { load: () => import("../directory/own/own_home") };
const PEOPLE = ["patient", "doctor", "institution"];

/** The rooms that a user may enter. */
export const roomsOf = (user: User): Room[] =>
  ROOMS.filter((room) => room.groups.length === 0 || belongsTo(user, room.groups)).map((room) => ({
    ...room,
    ...(room.path === "" && PEOPLE.includes(user.user_type) ? OWN_HOME : {}),
    title: room.titles?.[user.user_type] ?? room.title,
  }));
