// Several deliveries in one message of the queue: what becomes of one is nothing to the others.
import { expect, it } from "vitest";
import { pause, startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { startStack } from "./support/stack.ts";

it("part when one of them fails, and none is sent twice for another", async () => {
  const events = Array.from({ length: 30 }, () => completed());
  const [failing, dying] = [events[3]?.request_id, events[17]?.request_id];
  const tries = new Map<string, number>();
  const endpoint = await startEndpoint(({ text }, response) => {
    const id: string = JSON.parse(text).request_id;
    const count = (tries.get(id) ?? 0) + 1;
    tries.set(id, count);
    const fails = id === dying || (id === failing && count < 3);
    response.writeHead(fails ? 503 : 200).end();
  });
  const stack = await startStack({ vars: { RETRY_SCHEDULE: "1,1,1" } });
  const { id: webhook } = await stack.subscribe(endpoint.url);
  expect(await stack.send(events)).toMatchObject({ data: { deliveries: 30 } });
  await endpoint.until(28 + 3 + 4);
  const idOf = (request: string | undefined) => {
    const one = endpoint.received.find(({ text }) => JSON.parse(text).request_id === request);
    return one?.headers["webhook-id"];
  };
  expect(await stack.delivery(idOf(failing), "delivered")).toMatchObject({ attempt_count: 3 });
  expect(await stack.delivery(idOf(dying), "dead")).toMatchObject({ attempt_count: 4 });
  await pause(1500);
  for (const { request_id } of events) {
    const count = { [String(failing)]: 3, [String(dying)]: 4 }[request_id] ?? 1;
    expect(tries.get(request_id)).toBe(count);
  }
  const { data } = await stack.call("GET", `/v1/webhooks/${webhook}/deliveries?state=delivered`);
  expect(data["deliveries"]).toHaveLength(29);
  await stack.stop();
  await endpoint.stop();
});

it("travel as one message, by tens, and those that are no messages are put aside alone", async () => {
  const [endpoint, thief] = [await startEndpoint(), await startEndpoint()];
  const persistent = await startStack({ collect: { url: thief.url, queues: ["heliograph-express"] } });
  await persistent.subscribe(endpoint.url);
  await persistent.send(Array.from({ length: 25 }, () => completed()));
  const texts = (await thief.until(3)).map(({ text }) => text);
  const sizes = texts.map((text) => JSON.parse(text.split("\n")[0] ?? "").sizes.length);
  expect(sizes).toEqual([10, 10, 5]);
  await persistent.stop();

  const stack = await startStack();
  const spoilt = `{"v":2,"sizes":[2,${Buffer.byteLength("no message")}]}\n{}no message`;
  await stack.enqueue(spoilt);
  await stack.enqueue('{"v":2,"sizes":[1]}\ntoo long');
  const poison = async () => (await (await stack.bucket()).list({ prefix: "poison/" })).objects;
  while ((await poison()).length < 3) await pause(100);
  const kept = await Promise.all(
    (await poison()).map(async ({ key }) => (await (await stack.bucket()).get(key))?.text()),
  );
  expect(kept.sort()).toEqual(["no message", '{"v":2,"sizes":[1]}\ntoo long', "{}"].sort());
  await stack.stop();
  await Promise.all([endpoint.stop(), thief.stop()]);
});
