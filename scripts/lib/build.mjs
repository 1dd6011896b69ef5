// @ts-check
// Compiles the crate to a Worker, build/index.js and build/index_bg.wasm, and fills public/ with what is served beside it.
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { assetsCurrent, fillAssets } from "./assets.mjs";
import { cargoTools } from "./cargo-tools.mjs";
import { Failure } from "./fail.mjs";
import { lockFingerprint, sourceFingerprint } from "./fingerprint.mjs";
import { withLock } from "./lock.mjs";
import { at, buildDir, toolEnv } from "./paths.mjs";
import { cargoProgress } from "./progress.mjs";
import { run } from "./run.mjs";

// What is deployed, and what is built while one is at work: not optimised across crates, and for that in a fifth of the time.
const QUICK = process.env.HELIOGRAPH_BUILD === "quick";
const FLAGS = QUICK ? ["--profile", "quick", "--no-opt"] : ["--release"];
/** What is deployed but for the names of functions, which a profile shows. */
const NAMED = process.env.HELIOGRAPH_BUILD === "named";
const STAMP = path.join(buildDir, ".stamp");
const OUTPUTS = ["index.js", "index_bg.wasm"].map((name) => path.join(buildDir, name));

/** Are the compiled Worker and the files beside it what the sources say? */
export async function isBuilt() {
  return assetsCurrent() && isStamped(await sourceFingerprint(FLAGS));
}

/** @param {string} sources */
function isStamped(sources) {
  if (!OUTPUTS.every((file) => fs.existsSync(file)) || !fs.existsSync(STAMP)) return false;
  return fs.readFileSync(STAMP, "utf8") === stamp(sources);
}

/** @param {string} sources */
const stamp = (sources) => `${sources} ${lockFingerprint()}${NAMED ? " named" : ""}\n`;

/** @returns {Promise<boolean>} whether there was anything to do */
export async function buildWorker() {
  const waiting = () => console.log("      another build of this checkout is running, waiting for it");
  // Beside the build folder, which worker-build owns.
  return withLock(
    at(".wrangler", "build.lock"),
    async () => {
      fillAssets();
      // Taken before the build: a source edited while it runs makes the next one build again.
      const sources = await sourceFingerprint(FLAGS);
      if (isStamped(sources)) return false;
      fs.rmSync(STAMP, { force: true });
      await compile();
      fs.writeFileSync(STAMP, stamp(sources));
      return true;
    },
    waiting,
  );
}

async function compile() {
  const tools = cargoTools();
  const progress = cargoProgress("the Worker");
  // Without these three worker-build would download the tools.
  const env = toolEnv({
    WASM_BINDGEN_BIN: tools.wasmBindgen.binary,
    WASM_OPT_BIN: at("node_modules", ".bin", "wasm-opt"),
    ESBUILD_BIN: at("node_modules", ".bin", "esbuild"),
    // A failed build is the sources' fault: worker-build's own stack trace says nothing about it.
    RUST_BACKTRACE: "0",
    ...(process.stderr.isTTY ? { CARGO_TERM_COLOR: "always" } : {}),
  });
  const code = await run(tools.workerBuild.binary, FLAGS, { onLine: progress.onLine, env });
  progress.done();
  if (code !== 0) throw new Failure("The Worker did not compile (see above).", code);
  if (!QUICK && !NAMED) await stripNames();
  const missing = OUTPUTS.find((file) => !fs.existsSync(file));
  if (missing)
    throw new Failure(`worker-build ended without an error but wrote no ${path.basename(missing)}.`);
}

/**
 * Drops the names of functions, which worker-build keeps: a fifteenth of what is uploaded. A panic names its file and line without them.
 */
async function stripNames() {
  const wasm = path.join(buildDir, "index_bg.wasm");
  const args = ["--all-features", "--strip-debug", "--output", wasm, wasm];
  const code = await run(at("node_modules", ".bin", "wasm-opt"), args, { env: toolEnv() });
  if (code !== 0) throw new Failure("wasm-opt could not drop the names from the Worker (see above).", code);
}

/** @returns {Promise<string>} one line for people */
export async function sizeLine() {
  const wasm = fs.readFileSync(path.join(buildDir, "index_bg.wasm"));
  const packed = await promisify(gzip)(wasm, { level: 9 });
  const kilobytes = (/** @type {Buffer} */ bytes) => `${(bytes.length / 1000).toFixed(0)} kB`;
  return `build/index_bg.wasm: ${kilobytes(wasm)}, ${kilobytes(packed)} gzip`;
}
