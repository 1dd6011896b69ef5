// @ts-check
// Requests and responses in the words of three providers.
import { randomUUID } from "node:crypto";

/** @typedef {"openai" | "anthropic" | "google"} Style */
/** @typedef {{ name: string, input: Record<string, unknown> }} Tool */
/** @typedef {{ prompt_tokens: number, completion_tokens: number, total_tokens: number }} Usage */

/** @param {Tool} tool */
function schema({ input }) {
  const properties = Object.fromEntries(
    Object.entries(input).map(([name, value]) => [name, { type: typeof value }]),
  );
  return { type: "object", properties, required: Object.keys(input) };
}

/**
 * @param {Style} style
 * @param {string} model
 * @param {string} system
 * @param {string} prompt
 * @param {boolean} isStream
 * @param {Tool} [tool] what the model may call
 * @returns {Record<string, unknown>}
 */
export function ask(style, model, system, prompt, isStream, tool) {
  const parameters = tool && schema(tool);
  if (style === "anthropic") {
    return {
      model,
      max_tokens: 1024,
      system,
      messages: [{ role: "user", content: prompt }],
      ...(tool ? { tools: [{ name: tool.name, input_schema: parameters }] } : {}),
      ...(isStream ? { stream: true } : {}),
    };
  }
  if (style === "google") {
    return {
      systemInstruction: { parts: [{ text: system }] },
      contents: [{ role: "user", parts: [{ text: prompt }] }],
      generationConfig: { temperature: 0.3 },
      ...(tool ? { tools: [{ functionDeclarations: [{ name: tool.name, parameters }] }] } : {}),
    };
  }
  return {
    model,
    temperature: 0.3,
    messages: [
      { role: "system", content: system },
      { role: "user", content: prompt },
    ],
    ...(tool ? { tools: [{ type: "function", function: { name: tool.name, parameters } }] } : {}),
    ...(isStream ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
}

/**
 * @param {Style} style
 * @param {string} model
 * @param {string} text
 * @param {Usage} usage
 * @param {boolean} isStream
 */
export function answer(style, model, text, usage, isStream) {
  if (isStream && style === "openai") return streamed(model, text, usage);
  if (style === "anthropic") return anthropic(model, [{ type: "text", text }], "end_turn", usage);
  if (style === "google") return google(model, [{ text }], usage);
  return openai(model, { role: "assistant", content: text }, "stop", usage);
}

/**
 * @param {Style} style
 * @param {string} model
 * @param {Tool} tool
 * @param {Usage} usage
 */
export function toolCall(style, model, { name, input }, usage) {
  const id = randomUUID().slice(0, 12);
  if (style === "anthropic")
    return anthropic(model, [{ type: "tool_use", id, name, input }], "tool_use", usage);
  if (style === "google") return google(model, [{ functionCall: { name, args: input } }], usage);
  const call = { id, type: "function", function: { name, arguments: JSON.stringify(input) } };
  return openai(model, { role: "assistant", content: null, tool_calls: [call] }, "tool_calls", usage);
}

/** @param {string} model @param {Record<string, unknown>} message @param {string} finish_reason @param {Usage} usage */
const openai = (model, message, finish_reason, usage) => ({
  id: `chatcmpl-${randomUUID()}`,
  object: "chat.completion",
  model,
  choices: [{ index: 0, message, finish_reason }],
  usage,
});

/** @param {string} model @param {Record<string, unknown>[]} content @param {string} stop_reason @param {Usage} usage */
const anthropic = (model, content, stop_reason, usage) => ({
  id: `msg_${randomUUID()}`,
  type: "message",
  role: "assistant",
  model,
  content,
  stop_reason,
  usage: { input_tokens: usage.prompt_tokens, output_tokens: usage.completion_tokens },
});

/** @param {string} model @param {Record<string, unknown>[]} parts @param {Usage} usage */
const google = (model, parts, usage) => ({
  modelVersion: model,
  candidates: [{ index: 0, content: { role: "model", parts }, finishReason: "STOP" }],
  usageMetadata: {
    promptTokenCount: usage.prompt_tokens,
    candidatesTokenCount: usage.completion_tokens,
    totalTokenCount: usage.total_tokens,
  },
});

/** The chunks as they came. @param {string} model @param {string} text @param {Usage} usage */
function streamed(model, text, usage) {
  const id = `chatcmpl-${randomUUID()}`;
  const head = { id, object: "chat.completion.chunk", model };
  const pieces = text.match(/[\s\S]{1,24}/gu) ?? [];
  const chunks = [
    ...pieces.map((content) => ({
      ...head,
      choices: [{ index: 0, delta: { content }, finish_reason: null }],
    })),
    { ...head, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
    { ...head, choices: [], usage },
  ];
  return `${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("")}data: [DONE]\n\n`;
}
