// The end-to-end tests: the real executable ($CONNLOG_BIN), a real browser (Debian's Chromium), a real SMTP server with
// TLS. `node run.mjs [word…]` runs the stories whose file name contains a word. Nothing sleeps: everything waits for a
// condition with a deadline. The last line is "N passed, N failed". `--break WORD` fails the steps whose names contain
// the word without trying them: what falls with one must be what names it in `needs`, and nothing else.
//
// Without a word, each story is a process of its own, and as many run at once as CONNLOG_E2E_AT_ONCE says (default: the
// cores of the machine, at most four): stories share nothing. What a story says is told when it has ended. A story that
// ends without a sum, or with none of its steps tried, counts as one failure.
//
// A story is a list of steps: `const made = await step("a name", async () => {…})`. A step that cannot be tried without
// what another one did says so, `step("a name", { needs: [made] }, …)`, and fails with it. Every other step makes what
// it needs by itself (`made.passed` says whether it is there already), and ends with the browser contexts that it
// opened.
import { spawn } from "node:child_process";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { binary } from "./support/appliance.mjs";
import { artefacts, closeContexts, openContexts, saveOpenPages } from "./support/browser.mjs";

const room = dirname(fileURLToPath(import.meta.url));
const kToldMost = 3_000;
const kShortMost = 400;
// Without the browser's own log, which playwright appends.
const told = (problem) => String(problem.stack ?? problem).replace(/\n\s*Browser logs:[\s\S]*?(?=\n\s+at )/, "").slice(0, kToldMost).replaceAll("\n", "\n    ");
const since = (begin) => `${((performance.now() - begin) / 1000).toFixed(1)} s`;
const wanted = process.argv.slice(2);
const breaks = wanted.indexOf("--break");
const broken = breaks < 0 ? null : wanted.splice(breaks, 2)[1];
let passed = 0;
let failed = 0;
const failures = []; // a line or two each, told again at the end, where people begin to read a long log

// Of runs of `again`, only those that were red are kept, until somebody takes them away.
async function emptyArtefacts() {
  await mkdir(artefacts, { recursive: true });
  for (const name of await readdir(artefacts)) {
    if (!name.startsWith("again-")) await rm(join(artefacts, name), { recursive: true, force: true });
  }
}

async function failure(file, name, problem, world) {
  failed += 1;
  failures.push(`${file}: ${name}\n  ${told(problem).slice(0, kShortMost)}`);
  console.log(`  FAILED ${name}\n    ${told(problem)}`);
  await saveOpenPages(`${file.replace(".mjs", "")}-failed-${failed}`);
  for (const appliance of world.appliances) console.log(`    the appliance's last words:\n      ${appliance.output.trim().split("\n").slice(-15).join("\n      ")}`);
}

function stepOf(file, world) {
  return async (name, how, body = how) => {
    const lost = (how.needs ?? []).find((each) => !each.passed);
    if (lost) {
      failed += 1;
      console.log(`  FAILED ${name}\n    not tried: it goes on from what failed, "${lost.name}"`);
      return { name, passed: false };
    }
    const begin = performance.now();
    const before = openContexts();
    let whole = true;
    try {
      if (broken && name.includes(broken)) throw new Error("broken on purpose");
      await body();
      passed += 1;
      console.log(`  passed ${name} (${since(begin)})`);
    } catch (problem) {
      whole = false;
      await failure(file, name, problem, world);
    }
    await closeContexts(before);
    return { name, passed: whole };
  };
}

if (wanted.length === 0 && !process.env.CONNLOG_E2E_ARTEFACTS) await emptyArtefacts();
await mkdir(artefacts, { recursive: true });
console.log(`executable: ${binary()}`);

const kSum = /\n(?:What failed first:\n([\s\S]*)\n\n)?(\d+) passed, (\d+) failed\n$/;

// Runs a story in a process of its own: {text, passed, failed, failures}, with `text` without its sum.
function apart(file) {
  return new Promise((done) => {
    const story = spawn(process.execPath, [fileURLToPath(import.meta.url), file, ...(broken === null ? [] : ["--break", broken])], { stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    const lost = (why) => done({ text, passed: 0, failed: 1, failures: [`${file}: ${why}`] });
    for (const stream of [story.stdout, story.stderr]) stream.setEncoding("utf8").on("data", (piece) => (text += piece));
    story.once("error", (problem) => lost(problem));
    story.once("close", (code, signal) => {
      text = text.replace(/^executable: .*\n/, "");
      const sum = kSum.exec(text);
      if (!sum) return lost(`it ended without a sum, by ${signal ?? `exit code ${code}`}`);
      text = text.slice(0, sum.index);
      if (code !== 0 && sum[3] === "0") return lost(`it ended by exit code ${code}, ${sum[2]} passed`);
      done({ text, passed: Number(sum[2]), failed: Number(sum[3]), failures: sum[1] ? [sum[1]] : [] });
    });
  });
}

// The longest stories begin, so that none is left alone at the end.
async function allApart(files) {
  const sizes = new Map(await Promise.all(files.map(async (file) => [file, (await stat(join(room, "stories", file))).size])));
  const waiting = [...files].sort((one, other) => sizes.get(other) - sizes.get(one));
  const lanes = Math.max(1, Number(process.env.CONNLOG_E2E_AT_ONCE ?? Math.min(4, cpus().length)));
  await Promise.all(Array.from({ length: lanes }, async () => {
    while (waiting.length > 0) {
      const story = await apart(waiting.shift());
      console.log(story.text);
      passed += story.passed;
      failed += story.failed;
      failures.push(...story.failures);
    }
  }));
}

const files = (await readdir(join(room, "stories"))).filter((name) => name.endsWith(".mjs")).sort();
if (wanted.length === 0) await allApart(files);
for (const file of files) {
  if (!wanted.some((word) => (word.endsWith(".mjs") ? file === word : file.includes(word)))) continue;
  const cleanups = [];
  const world = { appliances: [], later: (clean) => cleanups.unshift(clean) };
  const begin = performance.now();
  console.log(`\n${file}`);
  try {
    const story = await import(`./stories/${file}`);
    await story.default(stepOf(file, world), world);
  } catch (problem) {
    await failure(file, "what the story begins with", problem, world);
  }
  for (const clean of cleanups) {
    try {
      await clean();
    } catch (problem) {
      console.log(`  while cleaning up: ${problem}`);
    }
  }
  console.log(`  ${since(begin)} in all`);
}

if (failures.length > 0) console.log(`\nWhat failed first:\n${failures.join("\n")}`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
