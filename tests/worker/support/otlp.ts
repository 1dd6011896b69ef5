// An OpenTelemetry collector's ear: reads OTLP's JSON by the protobuf types that OpenTelemetry publishes. What they do not know,
// or know of another type, is not there any more when a message has been through them, so a request that comes back as it
// was is one that a collector reads whole.
import { createRequire } from "node:module";

type Message = { [name: string]: unknown };
type Type = {
  verify(message: Message): string | null;
  fromObject(object: Message): Message;
  encode(message: Message): { finish(): Uint8Array };
  decode(bytes: Uint8Array): Message;
  toObject(message: Message, options: Message): Message;
};

const require = createRequire(import.meta.url);
// The last release that has them: later ones write protobuf by hand and read none.
const root = require("@opentelemetry/otlp-transformer/build/src/generated/root.js");
const { trace, metrics } = root.opentelemetry.proto.collector;
const TYPES: { [path: string]: Type } = {
  "/v1/traces": trace.v1.ExportTraceServiceRequest,
  "/v1/metrics": metrics.v1.ExportMetricsServiceRequest,
};

/** Ids are hex in OTLP's JSON, and base64 in protobuf's. */
function reencoded(value: unknown, from: BufferEncoding, to: BufferEncoding): unknown {
  if (Array.isArray(value)) return value.map((one) => reencoded(one, from, to));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      /^(traceId|spanId|parentSpanId)$/.test(name)
        ? Buffer.from(String(member), from).toString(to)
        : reencoded(member, from, to),
    ]),
  );
}

/** What a collector understands of a request: equal to what was sent, where all of it is right. */
export function understood(path: string, text: string): Message {
  const type = TYPES[path];
  if (!type) throw new Error(`a collector has no ${path}`);
  const message = type.fromObject(reencoded(JSON.parse(text), "hex", "base64") as Message);
  const wrong = type.verify(message);
  if (wrong) throw new Error(`${path}: ${wrong}`);
  // 64-bit integers are strings, enums are numbers, and doubles that JSON can't hold are texts.
  const options = { longs: String, bytes: String, json: true };
  const read = type.toObject(type.decode(type.encode(message).finish()), options);
  return reencoded(read, "base64", "hex") as Message;
}
