// Validates every HAR under the directories that are named against the published schema of HAR 1.2,
// lines of entries included: each is put into a log of its own.
const fs = require("fs");
const path = require("path");
const validator = require("har-validator");

const log = (entries) => ({ log: { version: "1.2", creator: { name: "a", version: "1" }, entries } });
const read = (file) => {
  const text = fs.readFileSync(file, "utf8");
  if (!file.endsWith(".ndjson")) return JSON.parse(text);
  return log(text.trim().split("\n").map((line) => JSON.parse(line)));
};

(async () => {
  let entries = 0;
  for (const directory of process.argv.slice(2)) {
    for (const name of fs.readdirSync(directory).filter((name) => /\.(har|ndjson)$/.test(name))) {
      const file = path.join(directory, name);
      const har = read(file);
      entries += har.log.entries.length;
      try {
        await validator.har(har);
      } catch (error) {
        console.error(`${file} is no HAR 1.2:`, JSON.stringify(error.errors, null, 2));
        process.exitCode = 1;
      }
    }
  }
  if (entries === 0) {
    console.error("there is nothing to validate");
    process.exitCode = 2;
  }
  console.log(`${entries} entries keep to the schema of HAR 1.2`);
})();
