// Something of each kind that an org can have, all of it marked.
import { expect } from "vitest";
import { eventually } from "./endpoint.ts";
import { completed } from "./events.ts";
import type { Stack } from "./stack.ts";

/** Makes it with an org's key, the mark in all of it, and says by which id each kind's is found. */
export async function possessions(stack: Stack, key: string, mark: string, destination: string) {
  const as = { authorization: `Bearer ${key}` };
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await stack.call(method, path, body, as);
    expect(answer.status, `${method} ${path}: ${answer.error}`).toBeLessThan(300);
    return answer.data;
  };
  const described = { description: mark, metadata: { [mark]: mark } };
  const webhook = String(
    (await call("POST", "/v1/webhooks", { destination: `${destination}/${mark}`, ...described }))["id"],
  );
  const type = `other.${mark}`;
  await call("PUT", `/v1/event-types/${type}`, { description: mark });
  await call("PATCH", "/v1/settings", { retain: "all" });
  const request = `r-${mark}-${crypto.randomUUID()}`;
  await call("POST", "/v1/events", completed({ request_id: request, user_id: mark, model: mark }));
  const deliveries = async () =>
    (await call("GET", `/v1/webhooks/${webhook}/deliveries`))["deliveries"] as { id: string }[];
  await eventually(async () => (await deliveries()).length === 1, "its delivery is listed");
  const [delivery] = await deliveries();
  await call("POST", `/v1/request/${request}/score`, { scores: { [mark]: 1 } });
  const rule = await call("POST", "/v1/rules", { name: mark, metric: "cost", threshold: 1 });
  const alert = await call("POST", "/v1/alerts", { name: mark, metric: "dead", threshold: 1 });
  const job = await call("POST", `/v1/webhooks/${webhook}/recover`, { since: "2026-11-01T00:00:00Z" });
  const ids = {
    webhooks: webhook,
    deliveries: String(delivery?.id),
    jobs: String(job["id"]),
    rules: String(rule["id"]),
    alerts: String(alert["id"]),
    request,
    "event-types": type,
  };
  /** All of it as it stands. What its job has come to changes by itself, and URLs are signed anew. */
  async function state() {
    const one = Object.entries(ids).filter(([kind]) => kind !== "jobs");
    const paths = one.map(([kind, id]) => `/v1/${kind}/${id}`);
    const all = [...paths, "/v1/settings", "/v1/webhooks", "/v1/rules", "/v1/alerts"];
    return Promise.all(
      all.map(async (path) => [path, { ...(await call("GET", path)), signed_body_url: null }]),
    );
  }
  return { as, ids, state };
}
