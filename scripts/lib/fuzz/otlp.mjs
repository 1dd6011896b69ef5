// @ts-check
// A case of tests/vectors/otlp/spans.json as an exporter would send it, in OTLP's JSON.

/** @param {unknown} object */
function pairs(object) {
  return Object.entries(object ?? {}).map(([key, value]) => ({ key, value: any(value) }));
}

/** @param {unknown} value @returns {unknown} */
function any(value) {
  if (value === null) return {};
  if (Array.isArray(value)) return { arrayValue: { values: value.map(any) } };
  if (typeof value === "object") return { kvlistValue: { values: pairs(value) } };
  if (typeof value === "number") {
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  }
  return typeof value === "boolean" ? { boolValue: value } : { stringValue: value };
}

/** @param {Record<string, any>} one */
export function otlpCall({ resource, attributes, events = [], status }) {
  const span = {
    traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
    spanId: "00f067aa0ba902b7",
    startTimeUnixNano: "1795251599070000000",
    endTimeUnixNano: "1795251600000400000",
    attributes: pairs(attributes),
    events: events.map((/** @type {Record<string, any>} */ event) => ({
      name: event.name,
      attributes: pairs(event.attributes),
    })),
    status,
  };
  return { resourceSpans: [{ resource: { attributes: pairs(resource) }, scopeSpans: [{ spans: [span] }] }] };
}
