// Builds the interface: `npm ci --ignore-scripts && npm run build` writes index.html and hashed files under assets/ to
// $CONNLOG_UI_OUT (default: dist/ beside this file). The result depends on the sources and the lock file alone, never
// on the directory or the time, so that a release can be built again byte by byte.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const room = dirname(fileURLToPath(import.meta.url));
const out = process.env.CONNLOG_UI_OUT ? resolve(process.env.CONNLOG_UI_OUT) : join(room, "dist");
const assets = join(out, "assets");

const shared = {
  absWorkingDir: room,
  bundle: true,
  minify: true,
  write: false,
  charset: "utf8",
  legalComments: "none",
  target: ["chrome123", "firefox120", "safari17.5"],
  logLevel: "warning",
};

function hashed(name, contents) {
  const digest = createHash("sha256").update(contents).digest("hex").slice(0, 10);
  const dot = name.lastIndexOf(".");
  return `${name.slice(0, dot)}-${digest}${name.slice(dot)}`;
}

async function put(name, contents) {
  await writeFile(join(assets, name), contents);
  return name;
}

// The licences of the packages that are built in. They must be shipped with them.
async function licences() {
  const { dependencies } = JSON.parse(await readFile(join(room, "package.json"), "utf8"));
  const lock = JSON.parse(await readFile(join(room, "package-lock.json"), "utf8"));
  const packages = Object.entries(lock.packages)
    .filter(([path, facts]) => path !== "" && !facts.dev && !facts.optional)
    .map(([path]) => path)
    .sort();
  if (packages.length > 6) throw new Error(`${packages.length} run-time packages; at most six are allowed`);
  for (const name of Object.keys(dependencies)) {
    if (!packages.includes(`node_modules/${name}`)) throw new Error(`${name} is not in package-lock.json`);
  }
  const texts = [];
  for (const path of packages) {
    const folder = join(room, path);
    const { name, version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? await readFile(join(folder, file), "utf8") : "";
    texts.push(`${name} ${version}\n\n${text.trim()}\n`);
  }
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

if (!existsSync(join(room, "node_modules"))) {
  console.error("node_modules is missing: run `npm ci --ignore-scripts` in web/ui first.");
  process.exit(1);
}
await rm(assets, { recursive: true, force: true });
await mkdir(assets, { recursive: true });

// The worker is built first, as the page needs its name.
const worker = await build({ ...shared, entryPoints: ["src/live/worker.ts"], format: "iife", outdir: assets });
const workerName = hashed("live.js", worker.outputFiles[0].contents);
await put(workerName, worker.outputFiles[0].contents);

const licencesText = await licences();
const licencesName = await put(hashed("licences.txt", licencesText), licencesText);

const page = await build({
  ...shared,
  entryPoints: { app: "src/main.tsx" },
  format: "esm",
  splitting: true,
  jsx: "automatic",
  jsxImportSource: "preact",
  outdir: assets,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  define: {
    WORKER_URL: JSON.stringify(`/assets/${workerName}`),
    LICENCES_URL: JSON.stringify(`/assets/${licencesName}`),
  },
  metafile: true,
});
for (const file of page.outputFiles) await writeFile(file.path, file.contents);

const entry = Object.entries(page.metafile.outputs).find(([, facts]) => facts.entryPoint === "src/main.tsx");
const style = page.outputFiles.find((file) => file.path.endsWith(".css"));
const base = (path) => path.slice(path.lastIndexOf("/") + 1);
const icon = await readFile(join(room, "src/favicon.svg"));
const iconName = await put(hashed("favicon.svg", icon), icon);

// The browser loads the files that the entry imports at once, not only after it has read the entry.
const early = entry[1].imports.filter((facts) => facts.kind === "import-statement").map((facts) => base(facts.path));
const html = (await readFile(join(room, "src/index.html"), "utf8"))
  .replace("%STYLE%", `/assets/${base(style.path)}`)
  .replace("%SCRIPT%", `/assets/${base(entry[0])}`)
  .replace("%ICON%", `/assets/${iconName}`)
  .replace("    %PRELOAD%\n", early.map((name) => `    <link rel="modulepreload" href="/assets/${name}">\n`).join(""));
await writeFile(join(out, "index.html"), html);
