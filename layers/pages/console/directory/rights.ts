/** Who may do what in the directory: the part of functions/auth/users/rights.py that decides what a page offers. */
import { belongsTo, type User } from "../session/session";
import type { Kind } from "./people/fields";
import { isOneself } from "./people/kinds";

/** Lists of everyone, and histories. */
export const seesAll = (user: User): boolean => belongsTo(user, ["directory", "support"]);
/** Make, delete and change people. */
export const manages = (user: User): boolean => belongsTo(user, ["directory"]);
export const restores = (user: User): boolean => user.user_type === "admin";
export const mayEdit = (user: User, kind: Kind, id: string): boolean => manages(user) || isOneself(user, kind, id);
export const books = (user: User): boolean => belongsTo(user, ["doctor", "directory"]);
export const readsClaims = (user: User): boolean => belongsTo(user, ["claims", "support"]);
export const readsRegistry = (user: User): boolean => belongsTo(user, ["intake", "support"]);
