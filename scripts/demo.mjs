// @ts-check
// `npm run demo`: a while of traffic for the deployment that `npm start` runs, so that there is something to see on each page of the
// console. `npm run demo -- --clean` takes the subscriptions and rules away again.
import { Api, reach } from "./lib/demo/api.mjs";
import { openEndpoints } from "./lib/demo/endpoints.mjs";
import { options } from "./lib/demo/options.mjs";
import { summary } from "./lib/demo/report.mjs";
import { removeAll, setUpAll } from "./lib/demo/scene.mjs";
import { sendTraffic } from "./lib/demo/traffic.mjs";
import { runMain } from "./lib/fail.mjs";
import { HOST, parsePort } from "./lib/port.mjs";
import { stopSignal } from "./lib/stop-signals.mjs";

await runMain(async () => {
  const chosen = options(process.argv.slice(2));
  const base = `http://${HOST}:${parsePort(process.env.PORT)}`;
  const { rootKey, receiverSecret } = await reach(base);
  const api = new Api(base, rootKey);
  if (chosen.clean) {
    console.log(await removeAll(api));
    return 0;
  }
  const stop = stopSignal();
  const endpoints = await openEndpoints();
  try {
    console.log(await setUpAll(api, endpoints, receiverSecret));
    const sent = await sendTraffic(api, chosen, stop);
    if (!stop.aborted) console.log("Waiting for the last deliveries and retries (Ctrl-C leaves them)");
    await endpoints.quiet(stop);
    console.log(await summary(api, sent, endpoints));
  } finally {
    await endpoints.close();
  }
  return stop.aborted ? 1 : 0;
});
