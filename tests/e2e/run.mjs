// The end-to-end tests: the real executable ($CONNLOG_BIN), a real browser (Debian's Chromium), a real SMTP server with
// TLS. `node run.mjs [word…]` runs the stories whose file name contains a word. Nothing sleeps: everything waits for a
// condition with a deadline. The last line is "N passed, N failed".
import { mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { binary } from "./support/appliance.mjs";
import { artefacts, closeOpenPages, saveOpenPages } from "./support/browser.mjs";

const room = dirname(fileURLToPath(import.meta.url));
const kToldMost = 3_000;
const kShortMost = 400;
// Without the browser's own log, which playwright appends.
const told = (problem) => String(problem.stack ?? problem).replace(/\n\s*Browser logs:[\s\S]*?(?=\n\s+at )/, "").slice(0, kToldMost).replaceAll("\n", "\n    ");
const wanted = process.argv.slice(2);
let passed = 0;
let failed = 0;
const failures = []; // a line or two each, told again at the end, where whoever reads a long log begins

if (wanted.length === 0) await rm(artefacts, { recursive: true, force: true });
await mkdir(artefacts, { recursive: true });
console.log(`executable: ${binary()}`);

const files = (await readdir(join(room, "stories"))).filter((name) => name.endsWith(".mjs")).sort();
for (const file of files) {
  if (wanted.length > 0 && !wanted.some((word) => file.includes(word))) continue;
  const cleanups = [];
  const world = { appliances: [], later: (clean) => cleanups.unshift(clean) };
  console.log(`\n${file}`);
  let broken = null;
  const test = async (name, body) => {
    if (broken) {
      failed += 1;
      console.log(`  FAILED ${name}\n    not tried, as an earlier step of the story failed: ${broken}`);
      return;
    }
    const begin = performance.now();
    try {
      await body();
      passed += 1;
      console.log(`  passed ${name} (${((performance.now() - begin) / 1000).toFixed(1)} s)`);
    } catch (problem) {
      failed += 1;
      failures.push(`${file}: ${name}\n  ${told(problem).slice(0, kShortMost)}`);
      console.log(`  FAILED ${name}\n    ${told(problem)}`);
      await saveOpenPages(`${file.replace(".mjs", "")}-failed-${failed}`);
      for (const appliance of world.appliances) console.log(`    the appliance's last words:\n      ${appliance.output.trim().split("\n").slice(-15).join("\n      ")}`);
      if (world.steps) broken = name; // the tests of this story build on each other
      else await closeOpenPages();
    }
  };
  try {
    const story = await import(`./stories/${file}`);
    await story.default(test, world);
  } catch (problem) {
    failed += 1;
    failures.push(`${file}\n  ${told(problem).slice(0, kShortMost)}`);
    console.log(`  FAILED ${file}\n    ${told(problem)}`);
    await saveOpenPages(`${file.replace(".mjs", "")}-failed-${failed}`);
  }
  for (const clean of cleanups) {
    try {
      await clean();
    } catch (problem) {
      console.log(`  while cleaning up: ${problem}`);
    }
  }
}

if (failures.length > 0) console.log(`\nWhat failed first:\n${failures.join("\n")}`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
