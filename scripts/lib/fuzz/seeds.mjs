// @ts-check
// What the fuzz targets begin with: the cases of tests/vectors, each as the input of a target, and the words in them as its
// dictionary. Made at each run, so that nothing of it has to be kept.
import fs from "node:fs";
import path from "node:path";
import { at } from "../paths.mjs";
import { otlpCall } from "./otlp.mjs";

/** @typedef {Record<string, any>} Case */

/** The first byte of a target's input that has more than one form: what follows is text. */
const TEXT = "\0";

const SETTINGS = {
  destination: "https://hooks.example.com/in",
  eventTypes: ["request.*"],
  config: { sampleRate: 50, propertyFilters: [{ key: "environment", value: "production" }] },
  fields: {
    exclude: ["request_body.messages[*].content"],
    redact: { detectors: ["email"], paths: ["user_id"] },
  },
  retrySchedule: [5, 300],
  signatures: ["v1", "v1a"],
  metadata: { team: "a" },
  timeoutMs: 1000,
};

const CURSORS = [
  "17.3",
  "20778.123456789",
  "1795251600000.msg_1",
  "503",
  "5xx",
  "timeout",
  "2026-11-21T09:30:00Z",
  "2026-11-21",
  "20000@1795251600000",
  "request.*",
  "5, 300,1800",
  "Sat, 21 Nov 2026 09:00:00 GMT",
  "disable, abort-message",
  "bytes=0-99",
  "since=2026-11-20&until=2026-11-21&step=day&groupBy=model&limit=5",
  "state=dead&limit=200&cursor=1795251600000.msg_1",
  "userId=a&startDate=2026-11-20&endDate=2026-11-21&limit=5&cursor=20778.1",
];

const MESSAGE = {
  v: 1,
  id: "msg_1",
  org: "default",
  subscription: "sub_1",
  event: "e",
  event_type: "request.completed",
  accepted_at: 0,
  base_url: "https://a.example.com",
  segment: "s",
  record: [0, 1],
  exchange: [0, 1],
  api_version: "2026-11-01",
};

/** By target: the inputs. Those that are not here are made of numbers alone, and begin with nothing. @type {Record<string, () => (string | Buffer)[]>} */
const SEEDS = {
  adapters: () => vectors("litellm/payloads.json").map(({ payload }) => json(payload)),
  batch: () => {
    const events = vectors("litellm/records.json").map(({ event }) => json(event));
    return [`\0[${events.slice(0, 2).join()}]`, `\x01${events.slice(0, 3).join("\n")}`, `\0${events[0]}`];
  },
  content_filter: () => {
    const { matching, refused } = lists("content_filters.json");
    return [...matching, ...refused].map(({ filter, value }) => TEXT + json({ filter, value }));
  },
  cursor: () => [...CURSORS, ...vectors("retry.json").flatMap(({ retry_after }) => retry_after ?? [])],
  destination: () => {
    const { production, development } = lists("destinations.json");
    return [...production, ...development].map(({ url }) => url);
  },
  event: () =>
    vectors("litellm/records.json").map(({ event, exchange }) => TEXT + json({ ...event, ...exchange })),
  exchange: () => {
    const named = ["anthropic", "gemini", "openai_chat", "openai_responses", "other"];
    const exchanges = named.flatMap((name) => lists(`exchange/${name}.json`).exchanges ?? []);
    return [
      ...exchanges.map(({ request, response }) => json({ request, response })),
      ...vectors("exchange/sse.json").map(({ text }) => text ?? ""),
    ];
  },
  json: () =>
    [...vectors("json_canonical.json"), ...vectors("json_refused.json")].map(({ input }) => input ?? ""),
  message: () => {
    const bodies = vectors("standard_verify.json").map(({ body_hex }) => Buffer.from(body_hex ?? "", "hex"));
    return [
      `${json(MESSAGE)}\n{"request_id":"a"}`,
      json({ v: 1, id: "msg_1", event_type: null, received_at: 0 }),
      ...bodies,
    ];
  },
  otlp: () => vectors("otlp/spans.json").map((one) => TEXT + json(otlpCall(one))),
  secrets: () => {
    const lists = vectors("standard_verify.json").map(({ secrets }) => secrets ?? []);
    const keys = vectors("standard_keys.json").flatMap(({ key, public: open }) =>
      [key, open].filter(Boolean),
    );
    return [
      ...lists.map((list) =>
        list.every((/** @type {unknown} */ one) => typeof one === "string") ? list.join() : json(list),
      ),
      ...lists.map(json),
      ...keys,
    ];
  },
  settings: () => {
    const { filters, refused } = lists("request_filters.json");
    return [SETTINGS, ...[...filters, ...refused].map(({ filter }) => ({ filter, limit: 10 }))].map(
      (one) => TEXT + json(one),
    );
  },
  // A ⁞ stands in examples of keys so that nobody takes them for real ones.
  shaping: () =>
    lists("redaction.json").items.map(
      (/** @type {Case} */ { text }) => TEXT + String(text).replaceAll("⁞", ""),
    ),
};

const json = (/** @type {unknown} */ value) => JSON.stringify(value);

/** A list of cases. @param {string} name @returns {Case[]} */
function vectors(name) {
  return lists(name);
}

/** A file that has several. @param {string} name @returns {any} */
function lists(name) {
  return JSON.parse(fs.readFileSync(at("tests", "vectors", name), "utf8"));
}

/**
 * Writes a target's seeds, each once, and its dictionary.
 * @param {string} target
 * @returns {{ seeds: string, dictionary: string | undefined }}
 */
export function writeSeeds(target) {
  const seeds = at("fuzz", "seeds", target);
  fs.rmSync(seeds, { recursive: true, force: true });
  fs.mkdirSync(seeds, { recursive: true });
  const inputs = [
    ...new Set((SEEDS[target]?.() ?? []).map((input) => Buffer.from(input).toString("latin1"))),
  ];
  for (const [position, input] of inputs.entries()) {
    fs.writeFileSync(path.join(seeds, String(position).padStart(4, "0")), Buffer.from(input, "latin1"));
  }
  const words = dictionaryOf(inputs);
  if (words.length === 0) return { seeds, dictionary: undefined };
  const dictionary = `${seeds}.dict`;
  fs.writeFileSync(dictionary, words.map((word) => `"${word}"\n`).join(""));
  return { seeds, dictionary };
}

/** How many words a dictionary has at most, the most frequent ones first. */
const WORDS = 300;

/** @param {string[]} inputs */
function dictionaryOf(inputs) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const input of inputs) {
    for (const [word] of input.matchAll(/[$\w.-]{2,40}/g)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const common = [...counts].sort(([, a], [, b]) => b - a);
  return common.slice(0, WORDS).map(([word]) => word);
}
