// `npm run bench`: the Worker beside a hand-written TypeScript one for the same job, on this machine, in workerd.
// What is measured and how is told in bench/README.md.
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const NODE = fileURLToPath(new URL("../node_modules/.bin/node", import.meta.url));
const AGAIN = "HELIOGRAPH_BENCH_NODE";

// Miniflare wants Node 22, which may not be the one that npm runs under.
if (
  Number(process.versions.node.split(".")[0]) < 22 &&
  existsSync(NODE) &&
  process.env[AGAIN] === undefined
) {
  const { status } = spawnSync(NODE, process.argv.slice(1), {
    stdio: "inherit",
    env: { ...process.env, [AGAIN]: "1" },
  });
  process.exit(status ?? 1);
}

const { options } = await import("../bench/lib/options.mjs");
const { consolePages, consoleTable } = await import("../bench/lib/console.mjs");
const { door, doorTable } = await import("../bench/lib/door.mjs");
const { intake, intakeTable } = await import("../bench/lib/intake.mjs");
const { machine } = await import("../bench/lib/machine.mjs");
const { matching, matchingTable } = await import("../bench/lib/matching.mjs");
const { kib, table } = await import("../bench/lib/report.mjs");
const { round } = await import("../bench/lib/round.mjs");
const { startUp, startUpTable } = await import("../bench/lib/start-up.mjs");
const { sizes } = await import("../bench/lib/sides.mjs");

const chosen = options(process.argv.slice(2));
const on = machine();
console.log(
  `${on.date} UTC, ${on.cpu}, ${on.cores} cores, load ${on.load.toFixed(2)}, ` +
    `node ${on.node}, workerd ${on.workerd}, rust ${on.rust}`,
);

if (on.load > on.cores / 2) console.log("The machine is busy with other work: take these figures with care.");

const [first] = chosen.workloads;
if (chosen.matching && first !== undefined) {
  const least = await matching({ ...first, rounds: chosen.rounds });
  console.log(
    `\n\u00b5s per event of ${first.size} bytes, none of which matches, least of ${chosen.rounds} rounds; ` +
      "in brackets what each subscription adds\n",
  );
  console.log(matchingTable(least));
  process.exit();
}

if (chosen.console && first !== undefined) {
  console.log(`\n${consoleTable(await consolePages({ ...first, rounds: chosen.rounds }))}`);
  process.exit();
}

if (chosen.intake && first !== undefined) {
  console.log(
    `\n${first.events} events of ${first.size} bytes, 100 a call, 4 calls in flight; median of ${chosen.rounds} rounds (lowest..highest)\n`,
  );
  console.log(intakeTable(await intake({ sides: chosen.sides, workload: first, rounds: chosen.rounds })));
  process.exit();
}

if (chosen.startUp) {
  console.log(`\nMedian of ${chosen.rounds} fresh processes (lowest..highest), ms\n`);
  console.log(startUpTable(await startUp(chosen.sides, chosen.rounds)));
  process.exit();
}

if (chosen.door && first !== undefined) {
  console.log(
    `\n${first.events} deliveries of ${first.size} bytes, 32 in flight, then as many at ${first.rate}/s; ` +
      `median of ${chosen.rounds} rounds (lowest..highest)\n`,
  );
  console.log(doorTable(await door({ ...first, rounds: chosen.rounds })));
  process.exit();
}

/** @type {Record<string, Awaited<ReturnType<typeof sizes>>>} */
const uploads = {};
for (const side of chosen.sides) {
  uploads[side] = await sizes(side);
  const parts = uploads[side].map(({ path, raw, gzip }) => `${path} ${kib(raw)}, gzip ${kib(gzip)}`);
  console.log(`${side}: ${parts.join("; ")}`);
}

const results = [];
for (const workload of chosen.workloads) {
  const series = chosen.sides.map((side) => ({
    side,
    rounds: /** @type {Awaited<ReturnType<typeof round>>[]} */ ([]),
  }));
  for (let turn = 0; turn < chosen.rounds; turn++) {
    // Each round starts with another side, so that none always runs on the machine the other has warmed.
    for (let i = 0; i < series.length; i++) {
      const one = series[(i + turn) % series.length];
      if (one === undefined) continue;
      process.stderr.write(`${workload.size} bytes, round ${turn + 1} of ${chosen.rounds}: ${one.side}\n`);
      one.rounds.push(await round(one.side, workload, chosen));
    }
  }
  console.log(
    `\n${workload.events} events of ${workload.size} bytes; batched: ${chosen.batch} a request, ` +
      `${chosen.batchInFlight} in flight; single: ${chosen.singleInFlight} in flight; ` +
      `paced: ${workload.rate}/s, ${chosen.perCall} a request; median of ${chosen.rounds} (lowest..highest)\n`,
  );
  console.log(table(series));
  results.push({ workload, series });
}
// Where the file lies is no part of what was measured.
const { json, ...settings } = chosen;
if (json !== undefined) {
  writeFileSync(json, `${JSON.stringify({ machine: on, options: settings, uploads, results }, null, 2)}\n`);
}
