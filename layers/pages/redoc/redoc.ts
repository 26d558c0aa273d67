/** GET /redoc: Redoc, without the fonts and the search worker that it would load from elsewhere. */
import "./redoc.css";

declare const Redoc: {
  init(url: string, options: Record<string, unknown>, element: HTMLElement | null): void;
};

const FONT = "system-ui, sans-serif";
const CODE_FONT = "ui-monospace, Menlo, Consolas, monospace";

Redoc.init(
  "openapi.json",
  {
    disableSearch: true,
    hideDownloadButton: true,
    theme: {
      colors: { primary: { main: "#17605a" } },
      typography: {
        fontFamily: FONT,
        headings: { fontFamily: FONT },
        code: { fontFamily: CODE_FONT },
      },
    },
  },
  document.getElementById("api"),
);
