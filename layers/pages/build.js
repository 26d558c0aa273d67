// Bundles the pages: `node build.js FOLDER` writes <page>.html and assets/, whose files have a hash in their names.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, extname, join } from "node:path";
import { build } from "esbuild";

const folder = process.argv[2];
const assets = join(folder, "assets");
const packages = createRequire(import.meta.url);

rmSync(folder, { recursive: true, force: true });
mkdirSync(assets, { recursive: true });

/** Copy a file to assets/ under a name with its hash, changed by `change`; the URL to put into a page. */
function copied(path, change = (text) => text) {
  const text = change(readFileSync(path, "utf8"));
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase();
  const name = `${basename(path, extname(path)).replaceAll(".", "-")}-${hash}${extname(path)}`;
  writeFileSync(join(assets, name), text);
  return `assets/${name}`;
}

/** Redoc without the logo that it would load from its maker's server; the link to its maker stays. */
function withoutLogo(text) {
  const logo = "https://cdn.redoc.ly/redoc/logo-mini.svg";
  if (!text.includes(logo)) throw new Error("Redoc has another logo: look what it loads.");
  return text.replaceAll(logo, "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E");
}

function integrity(url) {
  return `sha384-${createHash("sha384")
    .update(readFileSync(join(folder, url)))
    .digest("base64")}`;
}

const script = (url, kind = 'type="module"') => `<script ${kind} src="${url}" integrity="${integrity(url)}"></script>`;
const classic = (path, change) => script(copied(path, change), "defer");
const style = (url) => `<link rel="stylesheet" href="${url}" integrity="${integrity(url)}">`;

const common = {
  outdir: assets,
  entryNames: "[name]-[hash]",
  bundle: true,
  format: "esm",
  minify: true,
  target: "es2022",
  legalComments: "inline",
  metafile: true,
  logLevel: "warning",
};

// What the rooms share is one file: each of them imports this module, which imports all of it.
const SHARED = ["api", "parts", "session"];
const shared = {
  name: "shared",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^shared$/ }, () => ({ path: "shared", namespace: "shared" }));
    onLoad({ filter: /.*/, namespace: "shared" }, () => ({
      contents: SHARED.flatMap((name) => readdirSync(`console/${name}`).map((file) => `./console/${name}/${file}`))
        .map((path) => `import ${JSON.stringify(path)};`)
        .join("\n"),
      resolveDir: ".",
    }));
  },
};

const builds = [
  await build({
    ...common,
    entryPoints: { console: "console/main.tsx" },
    chunkNames: "[name]-[hash]",
    splitting: true,
    jsx: "automatic",
    jsxImportSource: "preact",
    inject: ["shared"],
    plugins: [shared],
  }),
  await build({ ...common, entryPoints: { docs: "docs/docs.ts", redoc: "redoc/redoc.ts" } }),
];

const outputs = new Map(
  builds.flatMap(({ metafile }) => Object.entries(metafile.outputs)).map(([path, output]) => [basename(path), output]),
);

/** The tags of an entry: its styles, what it imports at once, and itself. */
function entry(source) {
  const [name, output] = [...outputs].find(([, each]) => each.entryPoint === source);
  const imported = output.imports.filter((each) => each.kind === "import-statement").map((each) => basename(each.path));
  return [
    ...(output.cssBundle ? [style(`assets/${basename(output.cssBundle)}`)] : []),
    ...imported.map((each) => `<link rel="modulepreload" href="assets/${each}">`),
    script(`assets/${name}`),
  ];
}

const icon = copied("console/styles/favicon.svg");

function page(name, title, head, body, themes = "light") {
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="${themes}">
<title>${title}</title>
<link rel="icon" href="${icon}" type="image/svg+xml">
${head.join("\n")}
</head>
<body>
${body}
<noscript>This page needs JavaScript.</noscript>
</body>
</html>
`;
  writeFileSync(join(folder, `${name}.html`), html);
}

page("console", "Payerworks", entry("console/main.tsx"), '<div id="app"></div>', "light dark");
page(
  "docs",
  "The API of Payerworks",
  [
    style(copied(packages.resolve("swagger-ui-dist/swagger-ui.css"))),
    classic(packages.resolve("swagger-ui-dist/swagger-ui-bundle.js")),
    ...entry("docs/docs.ts"),
  ],
  '<main><div id="login"></div><div id="api"></div></main>',
);
page(
  "redoc",
  "The API of Payerworks, to read",
  [classic(packages.resolve("redoc/bundles/redoc.standalone.js"), withoutLogo), ...entry("redoc/redoc.ts")],
  '<main id="api"></main>',
);
writeFileSync(join(folder, "__init__.py"), '"""The bundled pages; ops/pages/bundle.py reads them."""\n');
