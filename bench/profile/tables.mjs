// @ts-check
// Where the time of a profile went: by area, and by function.
import { markdown } from "../lib/markdown.mjs";

/** @typedef {import("./inspector.mjs").Profile} Profile */
/** @typedef {import("./inspector.mjs").Node} Node */

/** What a function belongs to: the first pattern that its name fits. */
const AREAS = /** @type {const} */ ([
  ["waiting", /^\(idle\)$/],
  ["the runtime's own calls (fetch, streams, storage, SQLite)", /^\(program\)$/],
  ["garbage", /^\(garbage collector\)$/],
  ["allocation", /dlmalloc|__rust_alloc|__rust_realloc|__rust_dealloc|RawVec|raw_vec|alloc::alloc/],
  ["copies", /^(memcpy|memmove|memset|memcmp|bcmp)$|compiler_builtins::mem/],
  ["hashing and signing", /sha2|hmac|crypto|ed25519|curve25519/],
  ["JSON", /serde|ryu|itoa|core::json|RawValue/],
  ["our rules", /heliograph::core/],
  ["our edge", /heliograph::/],
  ["promises", /wasm_bindgen_futures|futures_util|wbg_|closure|Closure|queueMicrotask|Promise/],
  [
    "strings and objects across the border",
    /passString|getString|wasm_bindgen|js_sys|decodeText|getFromExternref|addToExternref|TextDecoder|TextEncoder|Reflect/,
  ],
]);

/** @param {Node} node */
function areaOf({ callFrame: { functionName, url } }) {
  const known = AREAS.find(([, pattern]) => pattern.test(functionName));
  if (known) return known[0];
  return url.startsWith("wasm") ? "other WebAssembly" : "other JavaScript";
}

/** Time of each node itself, in ms. @param {Profile} profile */
function selfTimes({ nodes, samples, timeDeltas }) {
  const times = new Map(nodes.map(({ id }) => [id, 0]));
  for (const [at, id] of samples.entries())
    times.set(id, (times.get(id) ?? 0) + (timeDeltas[at] ?? 0) / 1000);
  return times;
}

/** @param {Profile} profile @param {number} deliveries @param {number} [rows] */
export function profileTables(profile, deliveries, rows = 40) {
  const times = selfTimes(profile);
  /** @type {Map<string, number>} */
  const areas = new Map();
  /** @type {Map<string, number>} */
  const functions = new Map();
  for (const node of profile.nodes) {
    const time = times.get(node.id) ?? 0;
    const area = areaOf(node);
    areas.set(area, (areas.get(area) ?? 0) + time);
    if (area === "waiting") continue;
    const name = node.callFrame.functionName || `(anonymous, line ${node.callFrame.lineNumber})`;
    functions.set(name, (functions.get(name) ?? 0) + time);
  }
  const busy = [...areas].reduce((sum, [area, time]) => (area === "waiting" ? sum : sum + time), 0);
  const lines = (/** @type {Map<string, number>} */ map, /** @type {number} */ most) =>
    [...map]
      .sort(([, one], [, other]) => other - one)
      .slice(0, most)
      .map(([name, time]) => [
        name.replaceAll("|", "\\|").slice(0, 110),
        `${((time / busy) * 100).toFixed(1)} %`,
        ((time * 1000) / deliveries).toFixed(1),
      ]);
  areas.delete("waiting");
  const heads = ["of the time not waited", "\u00b5s a delivery"];
  return [
    markdown(["area", ...heads], lines(areas, 20)),
    markdown(["function", ...heads], lines(functions, rows)),
  ].join("\n\n");
}
