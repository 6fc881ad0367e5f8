// Whether files are HAR 1.2 by the schema of har-validator: node har-schema.cjs MODULES FILE…
//
// MODULES is the folder in which scripts/node-tools installed it. Prints one line for each file: "FILE ok", or what does not hold and where.
"use strict";

const fs = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");

const [, , modules, ...files] = process.argv;
const validator = createRequire(path.join(path.resolve(modules), "package.json"))("har-validator/lib/promise");

(async () => {
    for (const file of files) {
        try {
            await validator.har(JSON.parse(fs.readFileSync(file, "utf8")));
            console.log(`${file} ok`);
        } catch (error) {
            const faults = (error.errors ?? [error]).slice(0, 5).map((fault) => `${fault.dataPath ?? ""} ${fault.message}`);
            console.log(`${file} FAULTS ${faults.join("; ")}`);
        }
    }
})();
