// The handler `score`: what is posted where Helicone's API is, and what becomes of it when that says no.
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Endpoint, eventually, startEndpoint } from "./support/endpoint.ts";
import { CANARY } from "./support/events.ts";
import { newId, newSecret, signed } from "./support/sign.ts";
import { type Row, type Stack, startStack } from "./support/stack.ts";

const secret = newSecret();
const apiKey = `sk-helicone-${randomBytes(8).toString("hex")}`;
const scoreKey = `score-${randomBytes(8).toString("hex")}`;
/** Five seconds pass in a tenth of one. */
const PACE = 50;
const BEGIN = Date.now();
let stack: Stack;
/** Where Helicone's API is. */
let api: Endpoint;

beforeAll(async () => {
  api = await startEndpoint();
  stack = await startStack({
    webhookSecrets: [secret],
    vars: {
      HANDLERS: "score",
      HELICONE_API_URL: api.url,
      HELICONE_API_KEY: apiKey,
      TEST_CLOCK: `${PACE}@${BEGIN}`,
    },
  });
});
afterAll(async () => {
  const leaks = stack?.logs().filter((line) => line.includes(apiKey));
  await stack?.stop();
  await api?.stop();
  expect(leaks).toEqual([]);
});
beforeEach(() => {
  api.reply = (_, response) => response.writeHead(201).end('{"data":null,"error":null}');
});

async function deliver(payload: Row, to: Stack = stack, pace = PACE) {
  const id = newId();
  const body = JSON.stringify(payload);
  const now = new Date(BEGIN + (Date.now() - BEGIN) * pace);
  const response = await fetch(`${to.base}/webhook`, {
    method: "POST",
    body,
    headers: {
      ...signed(secret, body, id, now),
    },
  });
  expect(response.status).toBe(200);
  return id;
}

/** Puts it on the inbox's queue as it is there, so that it may be old, or no delivery of a sender's. */
async function enqueue(payload: Row, message: Row) {
  const id = newId();
  const head = { v: 1, id, event_type: null, received_at: BEGIN, ...message };
  await stack.enqueue(`${JSON.stringify(head)}\n${JSON.stringify(payload)}`, "INBOX");
  return id;
}

async function progress(id: string, fits: (handler: Row, state: unknown) => boolean, of: Stack = stack) {
  let found: Row = {};
  await eventually(async () => {
    const { data } = await of.call("GET", `/v1/inbox/${id}`);
    found = ((data?.["handlers"] ?? {}) as Record<string, Row>)["score"] ?? {};
    return fits(found, data?.["state"]);
  }, `the score of ${id}`);
  return found;
}
const done = (id: string, of?: Stack) => progress(id, (_, state) => state === "done", of);

const callsFor = (requestId: string) =>
  api.received.filter((one) => one.path === `/hook/v1/request/${requestId}/score`);

/** Delivers it, and gives the scores that were posted. */
async function scoresOf(payload: Row) {
  const requestId = newId();
  await done(await deliver({ request_id: requestId, ...payload }));
  const calls = callsFor(requestId);
  expect(
    calls.map(({ method, headers }) => [method, headers.authorization, headers["content-type"]]),
  ).toEqual([["POST", `Bearer ${apiKey}`, "application/json"]]);
  const body = JSON.parse(calls[0]?.text ?? "") as { scores: Row };
  expect(Object.keys(body)).toEqual(["scores"]);
  for (const score of Object.values(body.scores)) {
    expect(typeof score === "boolean" || Number.isInteger(score)).toBe(true);
  }
  return body.scores;
}

const schema = {
  type: "object",
  properties: { word: { type: "string", pattern: "^C" }, count: { type: "integer" } },
  required: ["word", "count"],
};
const openai = {
  model: "gpt-5",
  messages: [{ role: "user", content: CANARY }],
  response_format: { type: "json_schema", json_schema: { name: "answer", schema } },
};
const text = JSON.stringify({ word: CANARY, count: 1 });
const good = {
  structured_output_valid: true,
  structured_output_errors: 0,
  response_characters: text.length,
  response_empty: false,
  refused: false,
  truncated: false,
  tool_calls: 0,
};
const answered = (content: string) => ({
  choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
});
const sse = (pieces: Row[]) => pieces.map((piece) => `data: ${JSON.stringify(piece)}\n\n`).join("");

describe("an exchange is scored", () => {
  it("of OpenAI, as an object, as a string, and as a stream", async () => {
    const response = answered(text);
    expect(await scoresOf({ request_body: openai, response_body: response })).toEqual(good);
    const asText = { request_body: JSON.stringify(openai), response_body: JSON.stringify(response) };
    expect(await scoresOf(asText)).toEqual(good);
    const chunk = (delta: Row, finish: string | null) => ({
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta, finish_reason: finish }],
    });
    const pieces = [...text].map((content) => chunk({ content }, null));
    const streamed = `${sse([...pieces, chunk({}, "stop")])}data: [DONE]\n\n`;
    expect(await scoresOf({ request_body: openai, response_body: streamed })).toEqual(good);
    const wrong = answered(JSON.stringify({ word: "no", more: true }));
    expect(await scoresOf({ request_body: openai, response_body: wrong })).toMatchObject({
      structured_output_valid: false,
      structured_output_errors: 2,
    });
  });

  it("of Anthropic, by the arguments of a tool, whole and as a stream", async () => {
    const request = {
      model: "claude-opus-4-6",
      messages: [{ role: "user", content: CANARY }],
      tools: [{ name: "save", input_schema: schema }],
      tool_choice: { type: "tool", name: "save" },
    };
    const whole = {
      type: "message",
      role: "assistant",
      content: [{ type: "tool_use", id: "t", name: "save", input: { word: CANARY, count: 0.5 } }],
      stop_reason: "tool_use",
    };
    const scores = {
      structured_output_valid: false,
      structured_output_errors: 1,
      response_characters: 0,
      response_empty: false,
      refused: false,
      truncated: false,
      tool_calls: 1,
    };
    expect(await scoresOf({ request_body: request, response_body: whole })).toEqual(scores);
    const streamed = sse([
      { type: "message_start", message: { ...whole, content: [], stop_reason: null } },
      {
        type: "content_block_start",
        index: 0,
        content_block: { type: "tool_use", id: "t", name: "save", input: {} },
      },
      {
        type: "content_block_delta",
        index: 0,
        delta: { type: "input_json_delta", partial_json: `{"word":"${CANARY}",` },
      },
      {
        type: "content_block_delta",
        index: 0,
        delta: { type: "input_json_delta", partial_json: '"count":0.5}' },
      },
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason: "tool_use" } },
      { type: "message_stop" },
    ]);
    expect(await scoresOf({ request_body: request, response_body: streamed })).toEqual(scores);
  });

  it("of Gemini, by a schema in its own form", async () => {
    const request = {
      contents: [{ role: "user", parts: [{ text: CANARY }] }],
      generationConfig: {
        responseMimeType: "application/json",
        responseSchema: {
          type: "OBJECT",
          properties: { word: { type: "STRING" }, count: { type: "INTEGER", nullable: true } },
          required: ["word", "count"],
        },
      },
    };
    const candidate = (output: Row, reason: string) => ({
      candidates: [
        { content: { role: "model", parts: [{ text: JSON.stringify(output) }] }, finishReason: reason },
      ],
    });
    const fits = candidate({ word: CANARY, count: null }, "STOP");
    expect(await scoresOf({ request_body: request, response_body: fits })).toMatchObject({
      structured_output_valid: true,
      truncated: false,
    });
    const cut = candidate({ word: CANARY }, "MAX_TOKENS");
    expect(await scoresOf({ request_body: request, response_body: JSON.stringify(cut) })).toMatchObject({
      structured_output_valid: false,
      structured_output_errors: 1,
      truncated: true,
    });
  });

  it("where it was read from a request API because its delivery was missed", async () => {
    const requestId = newId();
    const payload = { request_id: requestId, request_body: {}, response_body: answered("Hi") };
    await done(await enqueue(payload, { origin: "backfill" }));
    expect(callsFor(requestId).length).toBe(1);
  });

  it("by schemas as deep as they may be, on the Worker's stack", async () => {
    const nest = (depth: number, level: (inner: Row) => Row, end: Row) =>
      Array.from({ length: depth }).reduce<Row>((inner) => level(inner), end);
    const deep = nest(62, (inner) => ({ items: inner }), {});
    const definitions = Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [at, { anyOf: [{ $ref: `#/$defs/${at + 1}` }] }]),
    );
    const chain = { $defs: { ...definitions, 60: { type: "integer" } }, $ref: "#/$defs/0" };
    const asked = (schema: Row) => ({ messages: [], response_format: { json_schema: { schema } } });
    const judged = async (schema: Row, output: string) =>
      (await scoresOf({ request_body: asked(schema), response_body: answered(output) }))[
        "structured_output_errors"
      ];
    expect(await judged(deep, `${"[".repeat(60)}${"]".repeat(60)}`)).toBe(0);
    expect(await judged(chain, "{}")).toBe(1);
    const list = { type: "object", properties: { a: { anyOf: [{ $ref: "#" }] } } };
    expect(await judged(list, `${'{"a":'.repeat(30)}{"a":1}${"}".repeat(30)}`)).toBe(1);
    // And beyond: no score of the schema's, and no end of the Worker.
    const endless = { allOf: [{ $ref: "#" }, { $ref: "#" }] };
    expect(await judged(endless, "{}")).toBeUndefined();
  });
});

describe("nothing is posted", () => {
  it("for the delivery of Helicone's Test button, for what is no request, and where there is nothing to say", async () => {
    const mock = "https://s3.us-west-2.amazonaws.com/b/o?X-Amz-Signature=mocksignature123456789";
    const said = (requestId: string) => ({
      request_id: requestId,
      request_body: openai,
      response_body: answered(text),
    });
    const [pressed, noRequest, silent] = [newId(), newId(), newId()];
    const error = { error: { type: "server_error" } };
    const ids = await Promise.all([
      deliver({ ...said(pressed), request_response_url: mock }),
      deliver({ type: "alert.triggered", timestamp: "2026-11-21T09:00:00Z", data: said(noRequest) }),
      deliver({ ...said(silent), response_body: error }),
    ]);
    for (const id of ids) expect(await done(id)).toMatchObject({ state: "done", attempts: 1 });
    for (const requestId of [pressed, noRequest, silent]) expect(callsFor(requestId)).toEqual([]);
  });
});

describe("where scores are refused", () => {
  const payload = (requestId: string) => ({
    request_id: requestId,
    request_body: openai,
    response_body: answered(text),
  });
  /** Refuses the first call for each request with the status that stands in its id. */
  const refuseFirst = () => {
    api.reply = ({ path }, response) => {
      const calls = api.received.filter((one) => one.path === path).length;
      const status = Number(path.match(/status-(\d+)/)?.[1]);
      response.writeHead(calls === 1 ? status : 201).end("{}");
    };
  };

  it("for now, they are posted again, the same", async () => {
    refuseFirst();
    const again = async (status: number) => {
      const requestId = `status-${status}-${newId()}`;
      expect(await done(await deliver(payload(requestId)))).toMatchObject({ attempts: 2 });
      const [first, second, ...more] = callsFor(requestId).map((one) => one.text);
      expect(second).toBe(first);
      expect(more).toEqual([]);
    };
    await Promise.all([503, 500, 429, 404].map(again));
  });

  it("for good, the delivery is dead", async () => {
    for (const status of [400, 422]) {
      api.reply = (_, response) => response.writeHead(status).end(CANARY);
      const requestId = newId();
      const dead = await progress(await deliver(payload(requestId)), (_, state) => state === "dead");
      expect(dead).toMatchObject({
        state: "dead",
        attempts: 1,
        reason: `where scores are posted answered ${status}`,
      });
    }
  });

  it("because of the key, the setting is named and they are posted again", async () => {
    for (const status of [401, 403]) {
      let isRepaired = false;
      api.reply = (_, response) => response.writeHead(isRepaired ? 201 : status).end();
      const id = await deliver(payload(newId()));
      const waiting = await progress(id, (handler) => handler["attempts"] === 1);
      expect(waiting["reason"]).toBe(
        `where scores are posted, HELICONE_API_KEY was refused with ${status}; is it right?`,
      );
      isRepaired = true;
      expect(await done(id)).toMatchObject({ state: "done" });
    }
  });

  it("because the request is unknown long after, the delivery is dead", async () => {
    api.reply = (_, response) => response.writeHead(404).end();
    const id = await enqueue(payload(newId()), { received_at: BEGIN - 600_000 });
    const dead = await progress(id, (_, state) => state === "dead");
    expect(dead).toMatchObject({ attempts: 1, reason: "where scores are posted answered 404" });
  });
});

describe("settings", () => {
  it("name the scorers, another place and its key", async () => {
    const place = await startEndpoint();
    const other = await startStack({
      webhookSecrets: [secret],
      vars: {
        HANDLERS: "score",
        SCORERS: "response",
        SCORE_URL: new URL("/", place.url).href,
        SCORE_KEY: scoreKey,
        HELICONE_API_URL: api.url,
        HELICONE_API_KEY: apiKey,
      },
    });
    try {
      const requestId = `a/b ${newId()}`;
      const payload = { request_id: requestId, request_body: openai, response_body: answered(text) };
      await done(await deliver(payload, other, 1), other);
      const [call] = place.received;
      expect(call?.path).toBe(`/v1/request/${encodeURIComponent(requestId)}/score`);
      expect(call?.headers.authorization).toBe(`Bearer ${scoreKey}`);
      const { structured_output_valid: _, structured_output_errors: __, ...rest } = good;
      expect(JSON.parse(call?.text ?? "")).toEqual({ scores: rest });
    } finally {
      await other.stop();
      await place.stop();
    }
  });
});
