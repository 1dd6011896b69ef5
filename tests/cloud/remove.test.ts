// `npm run cloud:remove`: nothing goes until somebody names it, and what holds data that nobody else has stays.
import { expect, vi } from "vitest";
import { it } from "./support/test.ts";

// A call of wrangler takes a second, and a busy machine's takes five.
vi.setConfig({ testTimeout: 300_000 });

const WORKER = "heliograph-dispatcher";

it("takes away what is there, the consumers first, and leaves a bucket with objects", async ({
  account,
  checkout,
}) => {
  account.addQueue(`${WORKER}-express-dead`);
  account.addQueue(`${WORKER}-express`, WORKER);
  account.addQueue("somebody-else", "another");
  account.namespaces.push({ id: "b".repeat(32), title: `${WORKER}-subscriptions` });
  account.namespaces.push({ id: "c".repeat(32), title: "somebody-else" });
  account.buckets.set(`${WORKER}-archive`, { rules: [], full: true });
  account.workers.set(WORKER, { ROOT_KEY: "key" });

  const refused = await checkout.run("remove", "--env", "dispatcher", "--delete", "heliograph");
  expect(refused).toMatchObject({ code: 1, text: expect.stringContaining("Nothing was deleted") });
  const looked = await checkout.run("remove", "--env", "dispatcher");
  expect(looked.text).toContain(`would do: wrangler delete ${WORKER} --force`);
  expect(looked.text).toContain("Nothing was deleted");
  expect(account.changes()).toEqual([]);

  const removed = await checkout.run("remove", "--env", "dispatcher", "--delete", WORKER);
  expect(removed, removed.text).toMatchObject({ code: 0 });
  expect(removed.text).toContain("it holds objects, and stays");
  expect(account.changes()).toEqual([
    `DELETE /queues/queue-1-${WORKER}-express/consumers/consumer-${WORKER}`,
    `DELETE /workers/services/${WORKER}`,
    `DELETE /queues/queue-1-${WORKER}-express`,
    `DELETE /queues/queue-0-${WORKER}-express-dead`,
    `DELETE /storage/kv/namespaces/${"b".repeat(32)}`,
    `DELETE /r2/buckets/${WORKER}-archive`,
  ]);
  expect(account.queues.map((queue) => queue.queue_name)).toEqual(["somebody-else"]);
});
