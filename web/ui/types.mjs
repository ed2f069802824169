// Writes the API's types (src/lib/api_types.ts) from the OpenAPI document that `connlog openapi` prints. The first line
// holds the document's SHA-256; tests/api_types compares that alone. `make types` calls it.
//
//   node types.mjs openapi.json
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const document = await readFile(process.argv[2]);
const digest = createHash("sha256").update(document).digest("hex");
const types = astToString(await openapiTS(document.toString("utf8"), { alphabetize: true }));
const head = [
  `// SHA-256 of the document: ${digest}`,
  "// The types of the API, made from the OpenAPI document by `make types`. Never changed by hand.",
];
await writeFile(join(dirname(fileURLToPath(import.meta.url)), "src/lib/api_types.ts"), `${head.join("\n")}\n\n${types}`);
