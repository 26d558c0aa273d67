/** What the user may do in this room; functions/auth/users/rights.py decides. */
import { belongsTo, currentUser } from "../session/session";

/** Redrive queues, check and rebuild indexes. */
export const mayOperate = (): boolean => belongsTo(currentUser(), ["operations"]);

/** Change users and machines. */
export const isAdmin = (): boolean => currentUser().user_type === "admin";
