// The Workers that are compared: where their configuration is, how they are built, and how large they are.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** @typedef {import("./options.mjs").Side | "door"} Side */
/** @typedef {{ type: "ESModule" | "CompiledWasm", path: string, contents: string | Uint8Array<ArrayBuffer> }} Module */

const ROOT = new URL("../../", import.meta.url);
const HELIOGRAPH = { script: "build/index.js", wasm: "build/index_bg.wasm" };

/** @param {string} path */
const at = (path) => fileURLToPath(new URL(path, ROOT));

/**
 * @param {Side} side
 * @param {string} [around] the path of a module around the Worker's own, `./index.js`
 * @returns {Promise<{ config: string, modules: Module[] }>}
 */
export async function load(side, around) {
  if (side !== "heliograph") {
    return {
      config: at(`bench/${side}/wrangler.toml`),
      modules: [await bundle(`bench/${side}/src/index.ts`)],
    };
  }
  if (!existsSync(at(HELIOGRAPH.wasm))) throw new Error("no build: run `npm run build` first");
  return {
    config: at("wrangler.toml"),
    modules: [
      ...(around === undefined ? [] : [moduleOf("around.js", at(around))]),
      moduleOf("index.js", at(HELIOGRAPH.script)),
      {
        type: "CompiledWasm",
        path: "index_bg.wasm",
        contents: new Uint8Array(readFileSync(at(HELIOGRAPH.wasm))),
      },
    ],
  };
}

/** @param {string} path @param {string} file @returns {Module} */
const moduleOf = (path, file) => ({ type: "ESModule", path, contents: readFileSync(file, "utf8") });

/** As wrangler bundles a Worker: one module, not minified. @param {string} entry @returns {Promise<Module>} */
async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [at(entry)],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
  });
  return { type: "ESModule", path: "index.js", contents: outputFiles[0]?.text ?? "" };
}

/** What is uploaded, in bytes. @param {Side} side */
export async function sizes(side) {
  const { modules } = await load(side);
  return modules.map(({ path, contents }) => ({
    path,
    raw: Buffer.byteLength(contents),
    gzip: gzipSync(contents).byteLength,
  }));
}
