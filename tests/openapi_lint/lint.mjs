// Lints the OpenAPI document, as `connlog openapi` prints it, by Redocly's recommended rules. A warning counts as a
// failure. What is left out, and why:
//   no-ambiguous-paths      /rules/preview and /rules/{id} differ: no id is "preview"
//   operation-2xx-response  only where the operation answers with a redirect, as a login by a provider does
//   no-server-example.com   without an appliance there is no address of its own to name
//
//   node lint.mjs openapi.json
import { readFile } from "node:fs/promises";
import core from "@redocly/openapi-core";

const { createConfig, lintFromString, formatProblems } = core;

const config = await createConfig({
  extends: ["recommended"],
  rules: { "no-ambiguous-paths": "off", "no-server-example.com": "off" },
});
const redirects = (document, problem) => {
  if (problem.ruleId !== "operation-2xx-response") return false;
  const steps = problem.location[0].pointer.replace(/^#\//, "").split("/").map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const responses = steps.reduce((inside, step) => inside?.[step], document);
  return Object.keys(responses ?? {}).some((status) => /^3/.test(status));
};
const lint = async (source) =>
  (await lintFromString({ source, absoluteRef: "openapi.json", config })).filter((problem) => !redirects(JSON.parse(source), problem));

const source = await readFile(process.argv[2], "utf8");
const problems = await lint(source);
formatProblems(problems, { format: "stylish", totals: { errors: 0, warnings: 0, ignored: 0 }, version: "" });

// A linter that finds nothing anywhere proves nothing: it must object to a document with a broken reference.
const broken = JSON.parse(source);
broken.components.schemas.Me.properties.user = { $ref: "#/components/schemas/Nobody" };
const objects = (await lint(JSON.stringify(broken))).length > problems.length;
if (!objects) console.log("a broken reference went unnoticed");

const failed = (problems.length > 0 ? 1 : 0) + (objects ? 0 : 1);
console.log(`${2 - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
