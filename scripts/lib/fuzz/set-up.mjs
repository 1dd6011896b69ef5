// @ts-check
// What fuzzing needs beside the rest: a nightly Rust and cargo-fuzz.
import fs from "node:fs";
import path from "node:path";
import { fuzzTool, installCargoTool } from "../cargo-tools.mjs";
import { Failure } from "../fail.mjs";
import { capture } from "../run.mjs";
import { requireRust } from "../rust.mjs";
import { build } from "./build.mjs";

/** @param {string} command the npm command to name in messages */
export async function setUpFuzzing(command) {
  await requireRust(command);
  const { output } = await capture("rustup", ["toolchain", "list"]);
  if (!/^nightly(-|\s|$)/m.test(output)) {
    throw new Failure(
      `${command} needs a nightly Rust, which alone can instrument what it compiles: run 'rustup toolchain install nightly --profile minimal', then ${command} again.`,
    );
  }
  const tool = fuzzTool();
  if (!fs.existsSync(tool.binary)) {
    console.log(`compiling ${tool.crate} ${tool.version} (a minute, once per machine)`);
    await installCargoTool(tool);
  }
  console.log("compiling the fuzz targets (8 min the first time)");
  await build(path.dirname(tool.binary));
}
