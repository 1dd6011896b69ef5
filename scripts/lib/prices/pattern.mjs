// @ts-check
// The match rules of the price data as the table writes them: alternatives, each a list of tests that all have to hold.
//
// A test is a sign and a text: `=` equals, `^` begins with, `$` ends with, `*` contains; `#` equals and `~` begins with a text in
// which each `#` is any digit. `!` before it turns it round. So the Worker matches without regular expressions.
import { Failure } from "../fail.mjs";

/** @typedef {{ equals?: string, starts_with?: string, ends_with?: string, contains?: string, regex?: string, or?: Clause[], and?: Clause[] }} Clause */

const SIGNS = /** @type {const} */ ([
  ["equals", "="],
  ["starts_with", "^"],
  ["ends_with", "$"],
  ["contains", "*"],
]);

/** Lookaheads are not taken apart: these are the ones there are, as tests. */
const LOOKAHEADS = new Map([
  ["(?!.*-[tT][tT][sS](?:$|-))", ["!*-tts-", "!$-tts"]],
  // Only sound where what follows cannot begin with a slash, which a literal makes sure of.
  ["(?![^/]+/)", ["!*/"]],
]);

/**
 * @param {Clause} clause
 * @returns {string[][]}
 */
export function alternatives(clause) {
  if (clause.or) return clause.or.flatMap(alternatives);
  if (clause.and) {
    return clause.and
      .map(alternatives)
      .reduce((all, next) => all.flatMap((tests) => next.map((more) => [...tests, ...more])));
  }
  if (clause.regex !== undefined) return ofRegex(clause.regex);
  for (const [name, sign] of SIGNS) {
    const text = clause[name];
    if (text === undefined) continue;
    // What is matched is always in lower case.
    const lower = text.toLowerCase();
    if (lower === "" || /[\t\n\r|&]/.test(lower)) throw refused(text);
    return [[sign + lower]];
  }
  throw refused(JSON.stringify(clause));
}

/** @param {string} what */
const refused = (what) =>
  new Failure(`The match rule ${what} is of a kind that scripts/lib/prices/pattern.mjs does not know yet.`);

/** @param {string} regex */
function ofRegex(regex) {
  if (!regex.startsWith("^")) throw refused(regex);
  let rest = regex.slice(1);
  /** @type {string[]} */
  const tests = [];
  for (const [lookahead, meaning] of LOOKAHEADS) {
    if (!rest.startsWith(lookahead)) continue;
    rest = rest.slice(lookahead.length);
    tests.push(...meaning);
  }
  if (rest === "") return [tests];
  const closed = rest.endsWith("$");
  const texts = new Expansion(closed ? rest.slice(0, -1) : rest, regex).all();
  return texts.map((text) => {
    const sign = text.includes("#") ? (closed ? "#" : "~") : closed ? "=" : "^";
    return [...tests, sign + text];
  });
}

/** The texts that a regular expression without repetition can be, with `#` for each digit. */
class Expansion {
  /** @param {string} source @param {string} whole */
  constructor(source, whole) {
    this.source = source;
    this.whole = whole;
    this.at = 0;
  }

  all() {
    const texts = this.choice();
    if (this.at !== this.source.length) throw refused(this.whole);
    return [...new Set(texts)];
  }

  /** @returns {string[]} */
  choice() {
    const texts = this.sequence();
    while (this.take("|")) texts.push(...this.sequence());
    return texts;
  }

  sequence() {
    let texts = [""];
    while (this.at < this.source.length && !"|)".includes(this.source.charAt(this.at))) {
      const next = this.repeated(this.one());
      texts = texts.flatMap((text) => next.map((more) => text + more));
    }
    return texts;
  }

  /** @param {string[]} texts */
  repeated(texts) {
    if (this.take("?")) return ["", ...texts];
    const times = /^\{(\d)\}/.exec(this.source.slice(this.at));
    if (times === null) return texts;
    this.at += times[0].length;
    return texts.map((text) => text.repeat(Number(times[1])));
  }

  /** @returns {string[]} */
  one() {
    if (this.take("(?:") || this.take("(")) {
      const texts = this.choice();
      if (!this.take(")")) throw refused(this.whole);
      return texts;
    }
    if (this.take("\\d")) return ["#"];
    const set = /^\[([^\]\\^#]+)\]/.exec(this.source.slice(this.at));
    if (set !== null) {
      const members = set[1] ?? "";
      if (/.-./.test(members)) throw refused(this.whole);
      this.at += set[0].length;
      return [...members.toLowerCase()];
    }
    const literal = /^(?:\\([.[\]()/])|([a-z0-9/:@=_-]))/.exec(this.source.slice(this.at));
    if (literal === null) throw refused(this.whole);
    this.at += literal[0].length;
    return [literal[1] ?? literal[2] ?? ""];
  }

  /** @param {string} text */
  take(text) {
    if (!this.source.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }
}
