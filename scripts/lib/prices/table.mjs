// @ts-check
// The price data as the table that is checked in: lines sorted by bytes, which the Worker searches without reading them all.
// The format is told in docs/PRICES.md.
import { Failure } from "../fail.mjs";
import { alternatives } from "./pattern.mjs";

/**
 * @typedef {import("./pattern.mjs").Clause} Clause
 * @typedef {{ base: string, tiers: { start: number, price: string }[] }} Tiered
 * @typedef {Record<string, string | Tiered>} Prices
 * @typedef {{ start_date?: string, start_time?: string, end_time?: string }} Constraint
 * @typedef {{ constraint?: Constraint, prices: Prices }} Dated
 * @typedef {Dated & { when: Record<string, string> }} Variant
 * @typedef {{ id: string, match: Clause, prices?: Prices | Dated[], price_variants?: Variant[] }} Model
 * @typedef {{ id: string, model_match?: Clause, provider_match?: Clause, fallback_model_providers?: string[], models: Model[] }} Provider
 * @typedef {{ version: string, licence: string, units: Record<string, { per: number, price_key: string }>, providers: Provider[] }} Data
 */

/** How the table writes a price, by its name in the data, and what it is a price of. The Worker's list is core/pricing/unit.rs. */
const UNITS = new Map([
  ["input_mtok", ["i", 1_000_000]],
  ["output_mtok", ["o", 1_000_000]],
  ["cache_read_mtok", ["cr", 1_000_000]],
  ["cache_write_mtok", ["cw", 1_000_000]],
  ["cache_write_1h_mtok", ["cwh", 1_000_000]],
  ["input_audio_mtok", ["ia", 1_000_000]],
  ["output_audio_mtok", ["oa", 1_000_000]],
  ["cache_audio_read_mtok", ["cra", 1_000_000]],
  ["input_image_mtok", ["ii", 1_000_000]],
  ["output_image_mtok", ["oi", 1_000_000]],
  ["cache_image_read_mtok", ["cri", 1_000_000]],
  ["input_video_mtok", ["iv", 1_000_000]],
  ["output_video_mtok", ["ov", 1_000_000]],
  ["output_reasoning_mtok", ["or", 1_000_000]],
  ["output_citation_mtok", ["oc", 1_000_000]],
  ["input_mchars", ["ch", 1_000_000]],
  ["input_text_messages_kcount", ["ms", 1000]],
  ["audio_hours", ["as", 3600]],
  ["input_audio_hours", ["ias", 3600]],
  ["input_document_kpages", ["pg", 1000]],
  ["input_annotated_document_kpages", ["pga", 1000]],
  ["web_searches_kcount", ["ws", 1000]],
  ["storage_searches_kcount", ["ss", 1000]],
  ["requests_kcount", ["rq", 1000]],
]);

/** The library's code, not its data, bills at least so many seconds of these. */
const LEAST_SECONDS = new Map([
  ["groq/whisper-large-v3", 10],
  ["groq/whisper-large-v3-turbo", 10],
]);

const FIELDS = {
  provider: ["id", "model_match", "provider_match", "fallback_model_providers", "models"],
  model: ["id", "match", "prices", "price_variants", "deprecated"],
};

/**
 * @param {Data} data
 * @param {string} date when it was taken, as YYYY-MM-DD
 * @returns {Record<"providers" | "models" | "patterns", string>}
 */
export function tableOf(data, date) {
  checkUnits(data);
  /** @type {string[]} */
  const providers = [];
  /** @type {string[][]} */
  const models = [];
  /** @type {[string, number, string][]} */
  const patterns = [];
  for (const provider of data.providers) {
    checkFields(provider, FIELDS.provider, provider.id);
    const fallbacks = provider.fallback_model_providers ?? [];
    providers.push(
      [provider.id, rule(provider.provider_match), rule(provider.model_match), fallbacks.join(" ")].join(
        "\t",
      ),
    );
    /** @type {Set<string>} */
    const taken = new Set();
    for (const [order, model] of provider.models.entries()) {
      const name = `${provider.id}/${model.id}`;
      checkFields(model, FIELDS.model, name);
      const prices = priceText(model, name);
      const others = [];
      for (const tests of alternatives(model.match)) {
        const [first = ""] = tests;
        if (tests.length > 1 || !first.startsWith("=")) others.push(tests.join("&"));
        // The first model that matches is the one: a later one of the same name is never reached.
        else if (!taken.has(first)) {
          taken.add(first);
          models.push([provider.id, first.slice(1), String(order), prices]);
        }
      }
      if (others.length > 0) {
        patterns.push([
          provider.id,
          order,
          [provider.id, String(order), others.join("|"), prices].join("\t"),
        ]);
      }
    }
  }
  const count = data.providers.reduce((sum, provider) => sum + provider.models.length, 0);
  models.sort(([a = "", b = ""], [c = "", d = ""]) => byBytes(a, c) || byBytes(b, d));
  patterns.sort(([a, b], [c, d]) => byBytes(a, c) || b - d);
  return {
    providers: lines([`# genai-prices ${data.version} of ${date}, ${count} models, MIT`, ...providers]),
    models: lines(models.map((fields) => fields.join("\t"))),
    patterns: lines(patterns.map(([, , line]) => line)),
  };
}

/** @param {string[]} all */
const lines = (all) => all.map((line) => `${line}\n`).join("");

/** @param {string} a @param {string} b */
const byBytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** @param {Clause | undefined} clause */
const rule = (clause) =>
  clause === undefined ? "" : [...new Set(alternatives(clause).map((tests) => tests.join("&")))].join("|");

/**
 * The standard prices in the order in which they are tried, then the variants.
 * @param {Model} model @param {string} name
 */
function priceText(model, name) {
  const dated = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices ?? {} }];
  const [first, ...later] = dated;
  if (first === undefined) throw new Failure(`${name} has an empty list of prices.`);
  // The last that holds is taken, and the first where none does.
  const standard = [...later.reverse(), { prices: first.prices }];
  if (
    first.constraint === undefined &&
    later.length > 0 &&
    later.some((one) => one.constraint === undefined)
  ) {
    throw new Failure(`${name} has prices that are never reached.`);
  }
  const least = LEAST_SECONDS.get(name);
  const blocks = standard.map(({ constraint, prices }) => [
    ...condition(constraint, name),
    ...items(prices, name, least),
  ]);
  for (const { when, constraint, prices } of model.price_variants ?? []) {
    const listed = items(prices, name, least);
    // One without prices changes nothing.
    if (listed.length === 0) continue;
    const context = Object.entries(when).map(([key, value]) => `?${key}=${value}`);
    if (context.some((text) => /[\s;]/.test(text)))
      throw new Failure(`${name}: ${context} is not understood.`);
    blocks.push([...context, ...condition(constraint, name), ...listed]);
  }
  return blocks.map((block) => block.join(" ")).join(";");
}

/** @param {Constraint | undefined} constraint @param {string} name */
function condition(constraint, name) {
  if (constraint === undefined) return [];
  if (constraint.start_date !== undefined) return [`@${constraint.start_date}`];
  if (constraint.start_time !== undefined && constraint.end_time !== undefined) {
    return [`~${constraint.start_time}-${constraint.end_time}`];
  }
  throw new Failure(`${name}: the condition ${JSON.stringify(constraint)} is not understood.`);
}

/** @param {Prices} prices @param {string} name @param {number | undefined} least */
function items(prices, name, least) {
  return Object.entries(prices)
    .filter(([, price]) => price !== null)
    .map(([key, price]) => {
      const code = UNITS.get(key)?.[0];
      if (code === undefined) throw new Failure(`${name}: ${key} is not a unit that is known here.`);
      const from = least !== undefined && key.endsWith("_hours") ? `_${least}` : "";
      if (typeof price === "string") return `${code}${decimal(price, name)}${from}`;
      const tiers = [...price.tiers].sort((a, b) => a.start - b.start);
      const steps = tiers.map(({ start, price }) => {
        if (!Number.isSafeInteger(start) || start < 0)
          throw new Failure(`${name}: a tier begins at ${start}.`);
        return `>${start}:${decimal(price, name)}`;
      });
      return `${code}${decimal(price.base, name)}${steps.join("")}${from}`;
    });
}

/** A price as plain digits, without the zeros that do not count. @param {string} text @param {string} name */
function decimal(text, name) {
  const [, whole = "", fraction = ""] = /^0*(\d{1,6})(?:\.(\d{1,18}?)0*)?$/.exec(text) ?? [];
  if (whole === "") {
    throw new Failure(`${name}: the price ${text} is not a number of dollars, 0 or more, to 18 places.`);
  }
  if (fraction === "" || fraction === "0") return whole;
  return `${whole === "0" ? "" : whole}.${fraction}`;
}

/** Prices are in US dollars per so many of a unit: the data say how many, and of what. @param {Data} data */
function checkUnits(data) {
  for (const { per, price_key } of Object.values(data.units)) {
    const known = UNITS.get(price_key);
    if (known !== undefined && known[1] !== per)
      throw new Failure(`${price_key} is per ${per}, not ${known[1]}.`);
  }
}

/** A field that is not known could be one that changes what a price means, such as a currency. @param {object} value @param {string[]} known @param {string} name */
function checkFields(value, known, name) {
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new Failure(`${name} has the field ${unknown[0]}, which is not known here.`);
}
