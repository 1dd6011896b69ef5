// @ts-check
// What a demo has come to, in lines for the terminal.

/** @param {number} value */
const written = (value) => value.toLocaleString("en");

/** @param {Iterable<[string | number, number]>} counts */
const listed = (counts) =>
  [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name}: ${written(count)}`)
    .join(", ");

/**
 * @param {import("./api.mjs").Api} api
 * @param {import("./traffic.mjs").Sent} sent
 * @param {import("./endpoints.mjs").Endpoints} endpoints
 */
export async function summary(api, sent, endpoints) {
  const since = new Date(Date.now() - 3_600_000).toISOString();
  const { total, now } = await api.call("GET", `/v1/metrics?since=${since}`);
  const spend = await api.ask("GET", "/v1/insights/spend");
  const counts = endpoints.counts().map(({ kind, statuses }) => {
    return `  ${kind.padEnd(9)} ${listed(statuses) || "nothing"}`;
  });
  return [
    "",
    `Sent ${written(sent.calls)} calls, ${written(sent.scores)} scores and ${written(sent.feedback)} feedbacks; as events:`,
    `  ${listed(sent.types)}`,
    `They made ${written(sent.deliveries)} deliveries, and ${written(sent.held)} are held. The endpoints answered:`,
    ...counts,
    `In the last hour ${written(total.delivered)} were delivered and ${written(total.dead)} given up; ${written(now.retrying)} wait for a retry,`,
    "which will find nobody: the endpoints end with the demo.",
    ...(spend.data?.total?.requests === 0
      ? ["The receiver's sums are empty: HANDLERS=log,spend,latency,tokens,usage in .dev.vars fills them."]
      : []),
    "",
    `Look at it     ${api.base}/console   (the key is ROOT_KEY, in .dev.vars)`,
    "Away with it   npm run demo -- --clean",
  ].join("\n");
}
