// A queue that loses messages: what was accepted and matched arrives all the same, by way of the reconciler. The queue is
// lost by taking its messages away before anybody consumes them.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { pause, startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { newSecrets, startStack } from "./support/stack.ts";

const ids = (bodies: { text: string }[]) => bodies.map(({ text }) => JSON.parse(text).request_id).sort();

it("what a queue lost is delivered, once, and nothing else is", async () => {
  const persist = await mkdtemp(join(tmpdir(), "heliograph-"));
  const [active, late, paused, thief] = await Promise.all([1, 2, 3, 4].map(() => startEndpoint()));
  if (!active || !late || !paused || !thief) throw new Error("no endpoints");
  const secrets = newSecrets();
  const vars = { RECONCILE_AFTER_SECONDS: "0" };

  const sound = await startStack({ persist, secrets, vars });
  const { id: acme } = (await sound.call("POST", "/v1/orgs", { id: "acme", name: "Acme" })).data;
  const key = await sound.call("POST", "/v1/keys", {
    name: "k",
    org: acme,
    scopes: ["events:write", "webhooks:write"],
  });
  const asAcme = { authorization: `Bearer ${key.data["key"]}` };
  await sound.subscribe(active.url);
  const { id: lateId } = await sound.subscribe(late.url);
  await sound.subscribe(paused.url, { status: "paused" });
  await sound.call("POST", "/v1/webhooks", { destination: `${active.url}/acme` }, asAcme);
  const delivered = completed();
  await sound.send(delivered);
  const firsts = await Promise.all([active.until(1), late.until(1)]);
  // Recorded, too: otherwise it is nobody's fault that it comes again.
  for (const [first] of firsts) await sound.delivery(first?.headers["webhook-id"], "delivered");
  await sound.stop();

  const lossy = await startStack({
    persist,
    secrets,
    vars,
    collect: { url: thief.url, queues: ["heliograph-express"] },
  });
  const lost = [completed(), completed(), completed()];
  await lossy.send(lost.slice(0, 2));
  await lossy.send(lost[2]);
  const foreign = completed();
  await lossy.call("POST", "/v1/events", foreign, asAcme);
  // What one call brings for one webhook travels together.
  await thief.until(5);
  await lossy.call("PATCH", `/v1/webhooks/${lateId}`, { status: "paused" });
  await lossy.stop();

  const after = await startStack({ persist, secrets, vars });
  await pause(500);
  expect([active.received.length, late.received.length]).toEqual([1, 1]);
  await after.reconcile();
  const received = await active.until(5);
  expect(ids(received)).toEqual(
    ids([delivered, foreign, ...lost].map((event) => ({ text: JSON.stringify(event) }))),
  );
  await pause(500);
  expect([active.received.length, late.received.length, paused.received.length]).toEqual([5, 1, 0]);

  // Compared is compared, and what was not sent then is there for whoever asks for it.
  await after.reconcile();
  await after.call("PATCH", `/v1/webhooks/${lateId}`, { status: "active" });
  await after.call("POST", `/v1/webhooks/${lateId}/recover`, { since: "2026-01-01T00:00:00Z" });
  await late.until(4);
  await pause(500);
  expect([active.received.length, late.received.length, paused.received.length]).toEqual([5, 4, 0]);
  const lines = after.logs().filter((line) => line.includes('"reconcile.lost"'));
  expect(lines).toHaveLength(2);
  await after.stop();
  await Promise.all([active, late, paused, thief].map((endpoint) => endpoint.stop()));
  await rm(persist, { recursive: true, force: true });
});

it("what is too young is left to the queue, and what was never stored is left out", async () => {
  const [endpoint, thief] = [await startEndpoint(), await startEndpoint()];
  const stack = await startStack({
    vars: { RECONCILE_AFTER_SECONDS: "3" },
    collect: { url: thief.url, queues: ["heliograph-express"] },
  });
  await stack.subscribe(endpoint.url);
  await stack.send(completed());
  await stack.send(completed());
  await thief.until(2);
  await stack.reconcile();
  await pause(500);
  expect(thief.received).toHaveLength(2);
  // As a call leaves it that was answered 503: an index, and no object.
  const [first] = thief.received.map(({ text }) => JSON.parse(text.split("\n")[0] ?? ""));
  await (await stack.bucket()).delete(first.segment);
  await pause(3000);
  await stack.reconcile();
  await thief.until(3);
  await pause(500);
  const [, second, again] = thief.received.map(({ text }) => JSON.parse(text.split("\n")[0] ?? "").id);
  expect([again, thief.received.length]).toEqual([second, 3]);
  await stack.stop();
  await Promise.all([endpoint.stop(), thief.stop()]);
});
