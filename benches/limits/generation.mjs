// Makes values of every response schema of a document by json-schema-faker, for some seconds, and
// prints how many a second: node generation.mjs PACKAGE DOCUMENT SECONDS
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [main, file, seconds] = process.argv.slice(2);
const faker = await import(pathToFileURL(main));
const document = JSON.parse(readFileSync(file));
const { components } = document;
const schemas = [];
for (const item of Object.values(document.paths)) {
  for (const operation of Object.values(item)) {
    for (const [status, response] of Object.entries(operation.responses ?? {})) {
      const declared = response.$ref ? components.responses[response.$ref.split("/").pop()] : response;
      const schema = declared.content?.["application/json"]?.schema;
      if (!status.startsWith("2") || !schema) continue;
      // What refers to nothing gets no components: it would make members of them.
      schemas.push(JSON.stringify(schema).includes("$ref") ? { ...schema, components } : schema);
    }
  }
}
const end = performance.now() + seconds * 1000;
let [made, bytes, next] = [0, 0, 0];
const start = performance.now();
while (performance.now() < end) {
  const schema = schemas[next++ % schemas.length];
  const value = faker.generateSync(schema, { seed: next, alwaysFakeOptionals: true });
  bytes += JSON.stringify(value).length;
  made += 1;
}
const spent = (performance.now() - start) / 1000;
console.log(`${made / spent} ${bytes / spent}`);
