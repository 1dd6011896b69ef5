// Events as a gateway would send them: a chat request and its completion, filled up to the wanted size with text that
// has what real text has: line ends, quotes, and letters beyond ASCII.
import { randomUUID } from "node:crypto";

const WORDS =
  "the quick answer to that question depends on how often the cache is read before it expires and who writes it".split(
    " ",
  );

/** @param {number} length characters @param {number} seed */
function prose(length, seed) {
  const parts = [];
  let total = 0;
  for (let i = seed; total < length; i++) {
    let word = /** @type {string} */ (WORDS[(i * 7 + (i >> 3)) % WORDS.length]);
    if (i % 17 === 0) word += ".\n";
    if (i % 29 === 0) word = `"${word}"`;
    if (i % 41 === 0) word = `${word} \u2014 caf\u00e9`;
    parts.push(word);
    total += word.length + 1;
  }
  return parts.join(" ").slice(0, length);
}

/** @param {number} index @param {string} prompt @param {string} answer */
function event(index, prompt, answer) {
  const id = randomUUID();
  return {
    request_id: id,
    type: "request.completed",
    created_at: new Date().toISOString(),
    user_id: `u-${index % 50}`,
    properties: { environment: "production" },
    model: "gpt-4o",
    provider: "OPENAI",
    status: 200,
    request: { model: "gpt-4o", messages: [{ role: "user", content: prompt }], temperature: 0.2 },
    response: {
      id: `chatcmpl-${index}`,
      object: "chat.completion",
      created: 1_790_000_000 + index,
      model: "gpt-4o-2024-08-06",
      choices: [{ index: 0, message: { role: "assistant", content: answer }, finish_reason: "stop" }],
      usage: { prompt_tokens: 120, completion_tokens: 80, total_tokens: 200 },
    },
    usage: { prompt_tokens: 120, completion_tokens: 80 },
    cost: 0.0015,
    latency_ms: 930,
  };
}

/** @typedef {{ id: string, json: string }} Event */

/**
 * `count` different events of about `size` bytes each, serialised beforehand so that no pass pays for it.
 * @param {number} count @param {number} size @returns {Event[]}
 */
export function events(count, size) {
  const room = Math.max(0, size - Buffer.byteLength(JSON.stringify(event(0, "", ""))));
  // A few texts, in turn: as good as a text each, and quicker to make.
  const texts = Array.from({ length: 16 }, (_, seed) => prose(Math.floor((room * 0.96) / 2), seed));
  return Array.from({ length: count }, (_, index) => {
    const prompt = /** @type {string} */ (texts[index % 16]);
    const answer = /** @type {string} */ (texts[(index + 5) % 16]);
    const made = event(index, prompt, answer);
    return { id: made.request_id, json: JSON.stringify(made) };
  });
}
