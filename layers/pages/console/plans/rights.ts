/** Who may change plans. */
import { belongsTo, currentUser } from "../session/session";

export const mayWrite = (): boolean => belongsTo(currentUser(), ["plans"]);
