// Destinations whose names resolve to addresses that may not be called, by a resolver on this machine. Nothing is sent out: the
// names are never looked up in earnest.
import { Response } from "miniflare";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type Endpoint, startEndpoint } from "./support/endpoint.ts";
import { completed } from "./support/events.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

const TYPES: Record<string, number> = { A: 1, AAAA: 28 };
const PUBLIC = { A: ["1.1.1.1"], AAAA: ["2606:4700::1111"] };
const DESTINATION = "https://hooks.example.com/in";
const REFUSED = {
  status: 400,
  data: null,
  error: expect.stringMatching(/^destination: must not resolve to .* \(reason: dns\)$/),
};

let resolver: Endpoint;
let stack: Stack;
/** What the resolver says, by type; nothing but a status where it is a number, and nothing ever where it is null. */
let says: Record<string, string[]> | number | null;

beforeAll(async () => {
  resolver = await startEndpoint(({ path }, response) => {
    if (says === null) return;
    if (typeof says === "number") return void response.writeHead(says).end();
    const query = new URL(path, "http://resolver").searchParams;
    const type = query.get("type") ?? "";
    const answers = says[type]?.map((data) => ({
      name: query.get("name"),
      type: TYPES[type],
      TTL: 60,
      data,
    }));
    response
      .setHeader("content-type", "application/dns-json")
      .end(JSON.stringify({ Status: 0, Answer: answers }));
  });
  stack = await startStack({
    vars: { DESTINATION_DNS_URL: resolver.url, ALLOW_INSECURE_DESTINATIONS: "false" },
  });
});
afterAll(async () => {
  await stack?.stop();
  await resolver?.stop();
});
beforeEach(() => {
  says = PUBLIC;
  resolver.received.length = 0;
});

const create = (destination = DESTINATION) => stack.call("POST", "/v1/webhooks", { destination });
const warned = (event: string) => stack.logs().filter((line) => line.includes(`"${event}"`)).length;

it("a name that resolves to public addresses is taken, after both types were asked for", async () => {
  expect((await create()).status).toBe(200);
  const asked = resolver.received.map(({ path, headers }) => [path, headers.accept]);
  expect(asked.sort()).toEqual([
    ["/hook?name=hooks.example.com&type=A", "application/dns-json"],
    ["/hook?name=hooks.example.com&type=AAAA", "application/dns-json"],
  ]);
});

it.each([
  { ...PUBLIC, A: ["1.1.1.1", "10.0.0.1"] },
  { ...PUBLIC, A: ["169.254.169.254"] },
  { ...PUBLIC, AAAA: ["fd00::1"] },
])("one that resolves to %j is refused", async (answers) => {
  says = answers;
  expect(await create()).toMatchObject(REFUSED);
});

it("a change of the destination is held to the same, any other change is not", async () => {
  const { data } = await create();
  says = { A: ["127.0.0.1"] };
  resolver.received.length = 0;
  const path = `/v1/webhooks/${data["id"]}`;
  expect((await stack.call("PATCH", path, { description: "x" })).status).toBe(200);
  expect(resolver.received).toEqual([]);
  expect(await stack.call("PATCH", path, { destination: "https://other.example.com/" })).toMatchObject(
    REFUSED,
  );
  expect((await stack.call("GET", path)).data).toMatchObject({ destination: DESTINATION, description: "x" });
});

it("a test sends nothing to a name that resolves elsewhere by now", async () => {
  const { data } = await create();
  says = { A: ["192.168.1.1"] };
  const tested = await stack.call("POST", `/v1/webhooks/${data["id"]}/test`);
  expect(tested).toMatchObject({ status: 200, data: { success: false, status: null, failure: "blocked" } });
  expect(tested.data["advice"]).toContain("resolves");
});

it.each([
  ["an error", 500],
  ["no address", { A: [] }],
  ["nothing in time", null],
] as const)("a resolver that says %s refuses nothing, and is logged", async (_, answer) => {
  says = answer as typeof says;
  const before = warned("destination.unresolved");
  expect((await create()).status).toBe(200);
  expect(warned("destination.unresolved")).toBe(before + 1);
});

it("what is refused without asking is not asked about", async () => {
  for (const destination of ["https://10.0.0.1/", "https://printer.local/", "http://hooks.example.com/"])
    expect((await create(destination)).status).toBe(400);
  expect(resolver.received).toEqual([]);
});

it("a delivery is not looked up, at its first attempt or a later one", async () => {
  const RESOLVER = "resolver.example.net";
  let questions = 0;
  let attempts = 0;
  const quiet = await startStack({
    // Here the machine that answers is the resolver and the endpoint, which fails each first attempt.
    offline: ({ host }) => {
      if (host !== RESOLVER) return new Response("", { status: ++attempts % 2 ? 500 : 200 });
      questions++;
      return Response.json({ Status: 0, Answer: [{ name: "a", type: 1, TTL: 60, data: "1.1.1.1" }] });
    },
    vars: {
      DESTINATION_DNS_URL: `https://${RESOLVER}/dns-query`,
      ALLOW_INSECURE_DESTINATIONS: "false",
    },
  });
  try {
    const { id } = await quiet.subscribe(DESTINATION, { retrySchedule: [1] });
    expect(questions).toBe(2);
    for (const count of [1, 2, 3]) {
      await quiet.send(completed());
      await expect
        .poll(async () => delivered(await quiet.call("GET", `/v1/webhooks/${id}/deliveries`)), {
          timeout: 20_000,
        })
        .toBe(count);
    }
    expect({ attempts, questions }).toEqual({ attempts: 6, questions: 2 });
    await quiet.call("POST", `/v1/webhooks/${id}/test`);
    expect({ attempts, questions }).toEqual({ attempts: 7, questions: 4 });
  } finally {
    await quiet.stop();
  }
});

function delivered({ data }: { data: Row }) {
  return (data["deliveries"] as Row[]).filter((one) => one["state"] === "delivered").length;
}
