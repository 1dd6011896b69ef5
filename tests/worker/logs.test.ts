// Logs: one JSON object a line, and no word of a body, a secret or a signed URL in any of them.
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Endpoint, eventually, startEndpoint } from "./support/endpoint.ts";
import { CANARY, completed } from "./support/events.ts";
import { newSecret } from "./support/sign.ts";
import { type Stack, startStack } from "./support/stack.ts";

const secret = newSecret();
let stack: Stack;
let endpoint: Endpoint;

beforeAll(async () => {
  endpoint = await startEndpoint((_, response) => {
    response.writeHead(500, { "x-note": CANARY }).end(CANARY);
  });
  stack = await startStack({ webhookSecrets: [secret], vars: { RETRY_SCHEDULE: "1" } });
});
afterAll(async () => {
  await stack?.stop();
  await endpoint?.stop();
});

it("tell what happened and nothing of what was said", async () => {
  const webhook = await stack.subscribe(endpoint.url);
  const own = await stack.subscribe(`${stack.base}/webhook`, { signing_secret: secret });
  const text = { text: CANARY, deep: [{ [CANARY]: CANARY }] };
  const event = completed({
    request: text,
    response: text,
    user_id: CANARY,
    properties: { note: CANARY },
    other: CANARY,
  });
  await stack.send([event, { request_id: 7, note: CANARY }, completed({ model: [CANARY] })]);
  // Bad input of every kind, each with the word in it.
  await stack.send(`{"request_id":"${CANARY}`);
  await stack.send({ request_id: CANARY, type: `${CANARY} ${CANARY}` });
  await stack.send({ request_id: "r", cost: CANARY });
  await stack.call("POST", "/v1/webhooks", { destination: `https://${CANARY}/${CANARY} ` });
  await stack.call("GET", `/v1/webhooks/x?note=${CANARY}`, undefined, { authorization: `Bearer ${CANARY}` });
  await fetch(`${stack.base}/payloads/default/${CANARY}?signature=${CANARY}`);
  const refused = {
    method: "POST",
    body: CANARY,
    headers: { "content-type": "application/json", "webhook-id": "x" },
  };
  await fetch(`${stack.base}/webhook`, refused);
  const at = new Date();
  const body = JSON.stringify([CANARY]);
  const signed = {
    "content-type": "application/json",
    "webhook-id": "msg_list",
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign("msg_list", at, body),
  };
  await fetch(`${stack.base}/webhook`, { method: "POST", body, headers: signed });

  await endpoint.until(2);
  const line = (name: string) => stack.logs().some((text) => text.includes(`"event":"${name}"`));
  await eventually(() => line("delivery.dead") && line("handler.log"), "both ways to end");
  const sent = endpoint.received.map((one) => JSON.parse(one.text).request_response_url as string);
  expect(sent.every((url) => url.includes("signature="))).toBe(true);

  expect(stack.logs().length).toBeGreaterThan(5);
  for (const text of stack.logs()) {
    expect(() => JSON.parse(text), text).not.toThrow();
    for (const forbidden of [
      CANARY,
      secret,
      webhook.hmac_key,
      webhook.signing_secret,
      own.hmac_key,
      stack.rootKey,
      "signature=",
    ]) {
      expect(text).not.toContain(forbidden);
    }
  }
});
