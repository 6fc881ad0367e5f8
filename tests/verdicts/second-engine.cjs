// What the engine of @ghostery/adblocker says of requests: node second-engine.cjs MODULES LIST < REQUESTS > VERDICTS
//
// MODULES is the folder in which scripts/node-tools installed the engine, LIST a filter list. Each line of standard input is a JSON object
// { url, page, kind }: the URL, the host of the page ("" where it is not established) and the kind in the words of filter lists. Each line of
// standard output answers one of them with { verdict, rule, exception }. The engine cuts hosts and registrable domains out of the URLs by itself,
// with a Public Suffix List of its own: nothing that our side worked out goes in but the three.
"use strict";

const fs = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");

const [, , modules, list] = process.argv;
const { FiltersEngine, Request } = createRequire(path.join(path.resolve(modules), "package.json"))("@ghostery/adblocker");

// Debug keeps the text of rules; without it the engine prints a form of its own. Cosmetic rules are not asked for. Integrity checks and the
// optimiser concern caches and speed; the optimiser fuses rules, which would lose their texts.
const engine = FiltersEngine.parse(fs.readFileSync(list, "utf8"), {
    debug: true,
    enableOptimizations: false,
    integrityCheck: false,
    loadCosmeticFilters: false,
});

// The engine's names for kinds are those of the browsers' webRequest interface.
const TYPES = { document: "main_frame", subdocument: "sub_frame" };

const answer = ({ url, page, kind }) => {
    const sourceUrl = page === "" ? "" : `https://${page}/`;
    const request = Request.fromRawDetails({ url, sourceUrl, type: TYPES[kind] ?? kind });
    const { filter, exception } = engine.match(request);
    const verdict = filter === undefined ? "none" : exception === undefined ? "block" : "except";
    return { verdict, rule: filter?.rawLine ?? null, exception: exception?.rawLine ?? null };
};

const lines = fs.readFileSync(0, "utf8").split("\n").filter((line) => line !== "");
process.stdout.write(lines.map((line) => `${JSON.stringify(answer(JSON.parse(line)))}\n`).join(""));
