// The interface's sources: types, catalogues, and a build that depends on nothing but them.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { check, equal, nothing } from "../support/wait.mjs";

const exec = promisify(execFile);
const ui = resolve(dirname(fileURLToPath(import.meta.url)), "../../../web/ui");

async function filesOf(folder, below = "") {
  const found = {};
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const path = join(below, entry.name);
    if (entry.isDirectory()) Object.assign(found, await filesOf(folder, path));
    else found[path] = (await readFile(join(folder, path))).toString("base64");
  }
  return found;
}

export default async function story(step, world) {
  if (!existsSync(join(ui, "node_modules"))) await exec("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: ui });
  const folder = await mkdtemp(join(tmpdir(), "connlog-e2e-ui-"));
  world.later(() => rm(folder, { recursive: true, force: true }));

  await step("types and catalogues are whole", async () => {
    const { stdout } = await exec("npm", ["run", "--silent", "check"], { cwd: ui });
    check(/\d+ texts, none missing/.test(stdout), stdout);
  });

  await step("a missing key, a key left over, a translation with other places and an import across rooms are found", async () => {
    const src = join(folder, "src");
    await cp(join(ui, "src"), src, { recursive: true });
    const english = JSON.parse(await readFile(join(src, "catalogue/en.json"), "utf8"));
    const complaintsOf = async (changed, other) => {
      await writeFile(join(src, "catalogue/en.json"), JSON.stringify(changed));
      if (other) await writeFile(join(src, "catalogue/xx.json"), JSON.stringify(other));
      return exec("node", [join(ui, "check.mjs"), src]).then(() => "", (problem) => problem.stderr);
    };
    equal(await complaintsOf(english), "", "as it is");
    const { "login.title": _, ...less } = english;
    check(/login\.title is not in/.test(await complaintsOf(less)), "a missing key is found");
    check(/never\.used is not used/.test(await complaintsOf({ ...english, "never.used": "x" })), "a key left over is found");
    check(/login\.title is missing/.test(await complaintsOf(english, less)), "a key missing in a translation is found");
    check(/agent\.of has other places/.test(await complaintsOf(english, { ...english, "agent.of": "{used}" })), "other places are found");
    await rm(join(src, "catalogue/xx.json"));
    await writeFile(join(src, "parts/planted.tsx"), 'import { Rules } from "../pages/watch/rules";\n');
    check(/parts\/planted\.tsx: imports .*another room/.test(await complaintsOf(english)), "a part that imports a page is found");
    await writeFile(join(src, "pages/watch/planted.tsx"), 'import("../agents/agents");\n');
    check(/pages\/watch\/planted\.tsx: imports .*another room/.test(await complaintsOf(english)), "a page that imports another room's is found");
  });

  await step("the build is the same, byte by byte, from another directory", async () => {
    const other = join(folder, "somewhere", "else");
    await cp(ui, other, { recursive: true, filter: (path) => path !== join(ui, "dist") && path !== join(ui, "node_modules/typescript") });
    const build = (from, to) => exec("node", [join(from, "build.mjs")], { cwd: folder, env: { ...process.env, CONNLOG_UI_OUT: to } });
    await build(ui, join(folder, "one"));
    await build(other, join(folder, "two"));
    const one = await filesOf(join(folder, "one"));
    check(Object.keys(one).length > 5 && one["index.html"], "something was built");
    const two = await filesOf(join(folder, "two"));
    equal(Object.keys(two).join(), Object.keys(one).join(), "the names");
    nothing(Object.keys(one).filter((name) => one[name] !== two[name]), "these differ");
  });

  await step("the lock files name no addresses, and at most six packages are built in", async () => {
    for (const lock of [join(ui, "package-lock.json"), resolve(ui, "../../tests/e2e/package-lock.json")]) {
      check(!/"resolved"/.test(await readFile(lock, "utf8")), `${lock} names addresses`);
    }
    const { packages } = JSON.parse(await readFile(join(ui, "package-lock.json"), "utf8"));
    const builtIn = Object.entries(packages).filter(([path, facts]) => path && !facts.dev && !facts.optional);
    check(builtIn.length <= 6, `${builtIn.length} packages`);
  });
}
