// @ts-check
// `npm run profile`: where the CPU time of the Worker's own isolate goes, by area and by function. bench/README.md says more.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { start } from "../lib/child.mjs";
import { connect } from "../lib/client.mjs";
import { events } from "../lib/events.mjs";
import { subscribe } from "../lib/measure.mjs";
import { saturate } from "../lib/passes.mjs";
import { newVars } from "../lib/vars.mjs";
import { profile } from "./inspector.mjs";
import { profileTables } from "./tables.mjs";

const { values } = parseArgs({
  options: {
    size: { type: "string", default: "1024" },
    events: { type: "string", default: "5000" },
    batch: { type: "string", default: "100" },
    out: { type: "string" },
  },
});
const [size, count, batch] = [values.size, values.events, values.batch].map(Number);
if (!size || !count || batch === undefined) throw new Error("--size, --events and --batch are numbers");
const host = start("../lib/host.mjs");
const sink = start("../lib/sink.mjs");
const vars = newVars({ ROLES: "dispatcher,receiver" });
const { port } = await sink.ask({ task: "listen" });
const { url, inspector } = await host.ask({ side: "heliograph", vars, inspect: true });
const client = connect(url, vars.ROOT_KEY, 256);
try {
  await subscribe(client, port);
  const inFlight = batch > 0 ? 4 : 32;
  await saturate({ client, sink }, events(1000, size), batch, inFlight);
  const all = events(count, size);
  await sink.ask({ task: "reset" });
  const found = await profile(inspector, () => saturate({ client, sink }, all, batch, inFlight));
  if (values.out) writeFileSync(values.out, JSON.stringify(found));
  console.log(profileTables(found, count));
} finally {
  client.close();
  await Promise.all([host.stop(), sink.stop()]);
}
