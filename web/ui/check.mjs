// Checks the catalogues: every key that the sources use exists (tsc knows that too), none is left over, and every other
// language has exactly the keys and placeholders of English. Checks the rooms: a page imports nothing of another
// room's; what two rooms use is a part (src/parts). `node check.mjs [sources]`.
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";

const folder = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), "src");
const problems = [];

async function sources(folder, below = "") {
  const texts = [];
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const name = posix.join(below, entry.name);
    if (entry.isDirectory()) texts.push(...(await sources(folder, name)));
    else if (/\.tsx?$/.test(name)) texts.push({ name, text: await readFile(join(folder, name), "utf8") });
  }
  return texts;
}

const catalogue = async (name) => JSON.parse(await readFile(join(folder, "catalogue", name), "utf8"));
// A language has several files: xx.json, and xx.<name>.json for the texts of a chunk or a part.
const names = (await readdir(join(folder, "catalogue"))).sort();
const whole = async (language) => {
  const all = {};
  for (const name of names.filter((each) => each === `${language}.json` || each.startsWith(`${language}.`))) {
    for (const [key, value] of Object.entries(await catalogue(name))) {
      if (key in all) problems.push(`catalogue/${name}: ${key} stands in another file too`);
      all[key] = value;
    }
  }
  return all;
};
const english = await whole("en");
const files = await sources(folder);
const all = files.map((file) => file.text).join("\n");

for (const { name, text } of files) {
  for (const [, key] of text.matchAll(/\btx?\("([a-z0-9_.]+)"/g)) {
    if (!(key in english)) problems.push(`${name}: the key ${key} is not in catalogue/en.json`);
  }
}
const roomOf = (path) => /^pages\/(\w+)\//.exec(path)?.[1];
for (const { name, text } of files) {
  for (const [, path] of text.matchAll(/(?:from |import\()"(\.[^"]+)"/g)) {
    const other = roomOf(posix.join(posix.dirname(name), path));
    const pages = name === "app.tsx" || name.startsWith("chunks/");
    if (other && other !== roomOf(name) && !pages) problems.push(`${name}: imports ${path}, a page of another room`);
  }
}

// Bounds that the sources repeat from the API's schemas.
const types = files.find(({ name }) => name === "lib/types.ts")?.text ?? "";
const comment = /kCommentCharactersMax = ([\d_]+)/.exec(types)?.[1].replaceAll("_", "");
const schemas = process.argv[2] ? null : JSON.parse(await readFile(join(folder, "../../api/watch/schemas.json"), "utf8"));
if (schemas && Number(comment) !== schemas.Comment.properties.text.maxLength) problems.push("lib/types.ts: kCommentCharactersMax is not the schema's");

// Keys that are put together: t(`state.${…}`) and word("state", …) use every key that begins so.
const prefixes = [
  ...[...all.matchAll(/\btx?\(`([a-z0-9_.]+)\$\{/g)].map(([, prefix]) => prefix),
  ...[...all.matchAll(/\bword\("([a-z_]+)"/g)].map(([, prefix]) => `${prefix}.`),
];
for (const key of Object.keys(english)) {
  if (!all.includes(`"${key}"`) && !prefixes.some((prefix) => key.startsWith(prefix))) problems.push(`catalogue/en.json: ${key} is not used`);
}

const places = (value) => [...JSON.stringify(value).matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort().join();
for (const language of new Set(names.map((name) => name.split(".")[0]))) {
  if (language === "en") continue;
  const name = `${language}.json`;
  const other = await whole(language);
  for (const key of Object.keys(english)) {
    if (!(key in other)) problems.push(`catalogue/${name}: ${key} is missing`);
    else if (typeof english[key] === "string" && places(other[key]) !== places(english[key])) problems.push(`catalogue/${name}: ${key} has other places`);
  }
  for (const key of Object.keys(other)) if (!(key in english)) problems.push(`catalogue/${name}: ${key} is not in English`);
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1; // not exit(): it would drop what a pipe has not taken yet
else console.log(`${Object.keys(english).length} texts, none missing`);
