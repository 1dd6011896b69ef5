// One round of one Worker with one workload: a fresh process, warmed up, then the three passes.
import { start } from "./child.mjs";
import { connect } from "./client.mjs";
import { events } from "./events.mjs";
import { latency, measure, subscribe, throughput } from "./measure.mjs";
import { pace, saturate } from "./passes.mjs";
import { peakRssMiB } from "./proc.mjs";
import { newVars } from "./vars.mjs";

const WARM_UP = { events: 400, batch: 50 };

/**
 * @param {import("./options.mjs").Side} side
 * @param {import("./options.mjs").Workload} workload
 * @param {import("./options.mjs").Options} options
 */
export async function round(side, workload, options) {
  const host = start("./host.mjs");
  const sink = start("./sink.mjs");
  /** @type {import("./client.mjs").Client | undefined} */
  let client;
  try {
    const { port } = await sink.ask({ task: "listen" });
    const vars = newVars({ ROLES: "dispatcher,receiver" });
    const { url, workerd } = await host.ask({ side, vars });
    client = connect(url, vars.ROOT_KEY, 256);
    const secrets = await subscribe(client, port);
    // The floor signs nothing.
    const rig = { client, sink, workerd, secrets: side === "floor" ? undefined : secrets };

    // Half in batches, half singly, so that every path was compiled and every memo filled before anything is measured.
    const warm = events(WARM_UP.events, workload.size);
    await saturate(rig, warm.slice(0, WARM_UP.events / 2), WARM_UP.batch, options.batchInFlight);
    await sink.ask({ task: "reset" });
    await saturate(rig, warm.slice(WARM_UP.events / 2), 0, options.singleInFlight);

    const batchEvents = events(workload.events, workload.size);
    const batched = await measure(rig, batchEvents, () =>
      saturate(rig, batchEvents, options.batch, options.batchInFlight),
    );
    const singleEvents = events(workload.events, workload.size);
    const single = await measure(rig, singleEvents, () =>
      saturate(rig, singleEvents, 0, options.singleInFlight),
    );
    const pacedEvents = events(workload.rate * options.latencySeconds, workload.size);
    const paced = await measure(rig, pacedEvents, () =>
      pace(rig, pacedEvents, workload.rate, options.perCall),
    );

    return {
      batched: { ...throughput(batchEvents, batched.driven, batched.arrived), ...batched.figures },
      single: { ...throughput(singleEvents, single.driven, single.arrived), ...single.figures },
      paced: { ...latency(paced.driven.sent, paced.arrived), ...paced.figures, lag: paced.driven.lag },
      rss: peakRssMiB(workerd),
    };
  } finally {
    client?.close();
    await Promise.all([host.stop(), sink.stop()]);
  }
}
