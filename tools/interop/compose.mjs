// Reads lines "0 DOCUMENT" or "1 DOCUMENT" (1: normalize); prints the helper's hash or "error" for each.
import { readFileSync } from "node:fs";
import { getComposeHash } from "@phala/dstack-sdk/get-compose-hash";

for (const line of readFileSync(0, "utf8").split("\n").slice(0, -1)) {
  try {
    console.log(getComposeHash(JSON.parse(line.slice(2)), line[0] === "1"));
  } catch {
    console.log("error");
  }
}
