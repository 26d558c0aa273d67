/** What users choose for this browser: the theme, and whether single keys are shortcuts. */
import { store } from "./store";

export type Theme = "system" | "light" | "dark";
export const THEMES: readonly Theme[] = ["system", "light", "dark"];

const THEME = "payerworks-theme";
const KEYS = "payerworks-keys";

export const theme = store<Theme>(THEMES.find((each) => each === localStorage.getItem(THEME)) ?? "system");
export const keys = store<boolean>(localStorage.getItem(KEYS) !== "off");

function show(): void {
  if (theme.value === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
}

theme.subscribe(() => {
  localStorage.setItem(THEME, theme.value);
  show();
});
keys.subscribe(() => localStorage.setItem(KEYS, keys.value ? "on" : "off"));
show();
