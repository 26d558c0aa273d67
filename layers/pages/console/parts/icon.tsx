/** Icons: lines of 24 units, as wide as the text beside them. */
const PATHS = {
  home: "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
  claims: "M6 3h9l4 4v14H6zM14 3v5h5M9 13h6M9 17h6",
  plans: "M12 3l8 3v6c0 5-3.5 8-8 9-4.500-1-8-4-8-9V6zM9 12l2 2 4-4",
  intake: "M12 3v11M7 10l5 5 5-5M4 17v3h16v-3",
  patients: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 3.500-6 8-6s8 2 8 6",
  directory: "M5 21V5l7-2v18M12 8h7v13M3 21h18M8 9h1M8 13h1M8 17h1M15 12h1M15 16h1",
  operations: "M3 12h4l3-8 4 16 3-8h4",
  audit: "M5 3h14v18H5zM9 8h6M9 12h6M9 16l1.500 1.500 3-3",
  account:
    "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM6.500 18c1-2.500 3-3.500 5.500-3.500s4.500 1 5.500 3.500",
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "M6 6l12 12M18 6L6 18",
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  more: "M6 9l6 6 6-6",
  reload: "M20 11a8 8 0 1 0-2 6M20 4v7h-7",
  warning: "M12 4l9 16H3zM12 10v4M12 17v.5",
  check: "M5 12l5 5 9-10",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5",
  light:
    "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.500 1.500M17.500 17.500L19 19M5 19l1.500-1.500M17.500 6.500L19 5",
  dark: "M20 14A8 8 0 0 1 10 4a8 8 0 1 0 10 10z",
  system: "M4 5h16v11H4zM9 20h6M12 16v4",
  out: "M14 4H5v16h9M10 12h11M17 8l4 4-4 4",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
