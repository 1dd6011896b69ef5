// @ts-check
// Puts an id into wrangler.toml and leaves everything else in it as it is, comments too.
import fs from "node:fs";
import { Failure } from "../fail.mjs";

/**
 * @param {string} text
 * @param {string} from the id that is there, of one binding alone
 * @param {string} to
 * @returns {string | undefined} undefined where it is not there once
 */
export function withId(text, from, to) {
  // `preview_id` is another thing, and a comment is nobody's id.
  const lines = text.split("\n");
  const id = new RegExp(`^([^#]*(?<![\\w-])id\\s*=\\s*)(["'])${from.replace(/[^\w-]/g, "\\$&")}\\2`);
  const places = lines.flatMap((line, at) => (id.test(line) ? [at] : []));
  const [place] = places;
  if (place === undefined || places.length > 1) return undefined;
  lines[place] = (lines[place] ?? "").replace(id, `$1"${to}"`);
  return lines.join("\n");
}

/**
 * @param {string} config
 * @param {string} from
 * @param {string} to
 */
export function writeId(config, from, to) {
  const text = withId(fs.readFileSync(config, "utf8"), from, to);
  if (text === undefined) {
    throw new Failure(
      `${config}: write id = "${to}" there yourself; it was looked for where id = "${from}" is.`,
    );
  }
  fs.writeFileSync(config, text);
}
