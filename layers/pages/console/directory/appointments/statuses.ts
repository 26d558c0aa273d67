/** What an appointment's status can become (functions/appointments/appointment/appointment.py). */
import type { Schema } from "../../api/types";
import type { Tone } from "../../parts/badge";

export type AppointmentStatus = Schema<"AppointmentAnswer">["status"];

export const STATUSES: readonly AppointmentStatus[] = ["scheduled", "checked_in", "completed", "cancelled", "no_show"];

export const TONES: Record<AppointmentStatus, Tone> = {
  scheduled: "busy",
  checked_in: "warn",
  completed: "good",
  cancelled: "plain",
  no_show: "bad",
};

const MOVES: Partial<Record<AppointmentStatus, readonly AppointmentStatus[]>> = {
  scheduled: ["checked_in", "completed", "no_show", "cancelled"],
  checked_in: ["completed", "cancelled"],
};

/** The statuses that a user can give an appointment; a patient can only cancel. */
export const movesOf = (status: AppointmentStatus, userType: string): readonly AppointmentStatus[] =>
  (MOVES[status] ?? []).filter((next) => userType !== "patient" || next === "cancelled");

/** Whether nothing can follow a status. */
export const isFinal = (status: AppointmentStatus): boolean => MOVES[status] === undefined;
