// docs/VERIFYING.md: each receiver on the page is run, gets deliveries of a dispatcher, and must refuse what is wrong with them.
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Endpoint, eventually, type Received, startEndpoint } from "./support/endpoint.ts";
import { AWKWARD, completed } from "./support/events.ts";
import { newSecret, signed } from "./support/sign.ts";
import { BUILD_MS, blocks, canRun, prepare, SNIPPETS } from "./support/snippets.ts";
import { type Stack, startStack } from "./support/stack.ts";

type Headers = Record<string, string>;
type Delivery = { headers: Headers; body: string | Buffer };

let stack: Stack;
/** Between the dispatcher and the receiver: keeps what is sent and hands it on as it is. */
let between: Endpoint;
let target = "";

beforeAll(async () => {
  between = await startEndpoint(async (received, response) => {
    const status = await post({ headers: headersOf(received), body: received.body }).catch(() => 502);
    response.writeHead(status).end();
  });
  stack = await startStack();
});
afterAll(async () => {
  await stack?.stop();
  await between?.stop();
});

/** Those that a connection does not make itself. */
function headersOf({ headers }: Received): Headers {
  const own = ["host", "connection", "content-length", "transfer-encoding", "accept-encoding"];
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !own.includes(name))
      .map(([name, value]) => [name, String(value)]),
  );
}

async function post({ headers, body }: Delivery) {
  const response = await fetch(target, { method: "POST", headers, body });
  await response.arrayBuffer();
  return response.status;
}

const without = (headers: Headers, ...names: string[]) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.some((one) => name.startsWith(one))));

const hex = (key: string | Buffer, body: string) => createHmac("sha256", key).update(body).digest("hex");

/** A delivery with one thing wrong in each. What is right stays, Helicone's signature among it: it must not count. */
function wrong(headers: Headers, body: string, secret: string): [string, Delivery][] {
  const id = headers["webhook-id"] ?? "";
  const signature = headers["webhook-signature"] ?? "";
  const now = Date.now();
  const at = (seconds: number) => ({
    headers: { ...headers, ...signed(secret, body, id, new Date(now + seconds * 1000)) },
    body,
  });
  const bodies = {
    "that was changed": body.replace("gpt-4o", "gpt-4p"),
    "that was written anew": JSON.stringify(JSON.parse(body), null, 1),
    "with a line end": `${body}\n`,
    "that is empty": "",
    "that is no text": Buffer.from([0xff, 0x00, 0xfe]),
  };
  const fields = {
    "webhook-id": ["", `${id}x`, "msg_ü"],
    "webhook-timestamp": ["", "0", "now", "NaN", "Infinity", "1e400", "9".repeat(20), "-1"],
    "webhook-signature": [
      "",
      "v1",
      "v1,",
      ",",
      "v1,AAAA",
      "v1,ü",
      signature.slice(3, 47),
      `v2,${signature.slice(3, 47)}`,
    ],
  };
  return [
    ...Object.entries(bodies).map(([what, body]): [string, Delivery] => [
      `a body ${what}`,
      { headers, body },
    ]),
    ["the secret of another webhook", { headers: { ...headers, ...signed(newSecret(), body, id) }, body }],
    ["a time that is long ago", at(-310)],
    ["a time that is far ahead", at(310)],
    ...Object.entries(fields).flatMap(([name, values]) => [
      [`no ${name}`, { headers: without(headers, name), body }] as [string, Delivery],
      ...values.map((value): [string, Delivery] => [
        `the ${name} '${value}'`,
        { headers: { ...headers, [name]: value }, body },
      ]),
    ]),
  ];
}

/** The same for what Helicone signs. */
function wrongLegacy(body: string, key: string): [string, Delivery][] {
  const signatures = {
    "of another body": hex(key, `${body} `),
    "of another key": hex(`${key}0`, body),
    "of the key's bytes": hex(Buffer.from(key, "hex"), body),
    "of an empty key": hex("", body),
    "with a prefix": `sha256=${hex(key, body)}`,
    "cut short": hex(key, body).slice(0, 62),
    "that is no hex": "z".repeat(64),
    "beyond ASCII": "ü".repeat(64),
    "that is empty": "",
  };
  const plain = { "content-type": "application/json" };
  return [
    ["no signature at all", { headers: plain, body }],
    ...Object.entries(signatures).map(([what, value]): [string, Delivery] => [
      `a Helicone-Signature ${what}`,
      { headers: { ...plain, "helicone-signature": value }, body },
    ]),
  ];
}

async function refused(cases: [string, Delivery][]) {
  const taken: string[] = [];
  for (const [what, delivery] of cases) {
    const status = await post(delivery);
    if (status !== 401) taken.push(`${what}: ${status}`);
  }
  expect(taken).toEqual([]);
}

describe("the page", () => {
  it("shows no receiver that is not run here", () => {
    const run = SNIPPETS.flatMap(({ files }) => files);
    const titles = blocks.flatMap(({ title }) => title ?? []);
    expect(new Set(titles)).toEqual(new Set(run));
    const untitled = blocks.filter(({ title, language }) => !title && !["sh", "json"].includes(language));
    expect(untitled).toEqual([]);
  });
});

for (const snippet of SNIPPETS) {
  describe.skipIf(!canRun(snippet))(snippet.name, () => {
    let program: Awaited<ReturnType<typeof prepare>>;
    let webhook: Awaited<ReturnType<Stack["subscribe"]>>;
    let output: () => string;
    /** The newest delivery, as the dispatcher sent it. */
    let headers: Headers;
    let body: string;

    async function start(hmacKey: string) {
      const running = await program.start({
        WEBHOOK_SECRET: webhook.signing_secret,
        HELICONE_HMAC_KEY: hmacKey,
      });
      target = running.url;
      output = running.output;
    }
    /** An event on its way, until the log of deliveries says that the receiver took it. */
    async function deliver() {
      between.received.length = 0;
      const event = completed({ request: { model: "gpt-4o", prompt: AWKWARD } });
      await stack.send(event);
      const [received] = await between.until(1);
      if (!received) throw new Error("nothing came");
      headers = headersOf(received);
      body = received.text;
      const { attempts } = await stack.delivery(headers["webhook-id"], "delivered");
      expect(attempts).toEqual([expect.objectContaining({ status: 204 })]);
      const line = `${headers["webhook-id"]}.* .*${event.request_id}`;
      await eventually(
        () => new RegExp(line).test(output()),
        `it says that it took ${headers["webhook-id"]}`,
      );
    }

    beforeAll(async () => {
      program = await prepare(snippet);
      // `v1a` puts a second signature into the header, of a kind that no library knows.
      webhook = await stack.subscribe(between.url, { signatures: ["helicone", "v1", "v1a"] });
      await start(webhook.hmac_key);
    }, BUILD_MS);
    afterAll(async () => {
      await program?.end();
      await stack.unsubscribe();
    });

    it("takes a delivery, under the old secret too while it is rotated", async () => {
      await deliver();
      expect(headers["helicone-signature"]).toBe(hex(webhook.hmac_key, body));
      await stack.call("POST", `/v1/webhooks/${webhook.id}/rotate`);
      await deliver();
      expect(headers["webhook-signature"]?.split(" ")).toHaveLength(4);
    });

    it("refuses what does not verify, whatever it is", async () => {
      headers["helicone-signature"] = hex(webhook.hmac_key, body);
      await refused(wrong(headers, body, webhook.signing_secret));
      expect(await post({ headers, body })).toBe(204);
    });

    it("takes what Helicone signs where it has the key, and nothing like it", async () => {
      const helicone = { headers: without(headers, "webhook-", "x-helicone"), body };
      helicone.headers["helicone-signature"] = hex(webhook.hmac_key, body);
      expect(await post(helicone)).toBe(204);
      await refused(wrongLegacy(body, webhook.hmac_key));
      await start("");
      await refused([["Helicone's signature", helicone], ...wrongLegacy(body, webhook.hmac_key)]);
      expect(await post({ headers, body })).toBe(204);
    });
  });
}
