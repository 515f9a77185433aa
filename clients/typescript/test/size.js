// What a browser has to fetch must stay small.

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const MOST_BYTES = 5 * 1024;
const bytes = gzipSync(readFileSync(new URL("../dist/unum.min.js", import.meta.url)), { level: 9 }).length;
console.log(`unum.min.js: ${bytes} bytes gzipped, the most is ${MOST_BYTES}`);
if (bytes > MOST_BYTES) process.exit(1);
