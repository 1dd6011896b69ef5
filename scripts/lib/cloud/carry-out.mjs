// @ts-check
// Takes the steps of a plan, one after the other. What fails ends it, and the next run plans anew.
import { Failure } from "../fail.mjs";
import { line } from "./plan.mjs";
import { prepareSecrets, secretsFile } from "./secrets.mjs";
import { call, failed } from "./wrangler.mjs";
import { writeId } from "./write-id.mjs";

/** @typedef {import("./wrangler.mjs").Place} Place */
/** @typedef {import("./target.mjs").Target} Target */
/** @typedef {import("./plan.mjs").Step} Step */

/**
 * @param {Place} place
 * @param {Target} target
 * @param {Step[]} steps
 * @param {(text: string) => void} say
 */
export async function carryOut(place, target, steps, say) {
  for (const [at, step] of steps.entries()) {
    say(`[${at + 1}/${steps.length}] ${line(step)}`);
    await take(place, target, step, say);
  }
}

/**
 * @param {Place} place
 * @param {Target} target
 * @param {Step} step
 * @param {(text: string) => void} say
 */
async function take(place, target, step, say) {
  switch (step.kind) {
    case "call": {
      const said = await call(place, step.args);
      if (isFull(step.args, said.text)) {
        say("      it holds objects, and stays: docs/DEPLOYING.md says how to empty it");
      } else if (said.code !== 0) throw failed(step.args, said);
      return;
    }
    case "namespace": {
      // With an environment, wrangler puts its name before the title.
      const text = await must({ ...place, env: "" }, ["kv", "namespace", "create", step.title]);
      const id = /[0-9a-f]{32}/.exec(text)?.[0];
      if (id === undefined)
        throw new Failure(`${text}\nwrangler named no id of the new namespace (see above).`);
      writeId(place.config, step.id, id);
      return;
    }
    case "id":
      writeId(place.config, step.from, step.to);
      return;
    case "secrets": {
      const file = secretsFile(place.config, target.worker);
      const values = prepareSecrets(file, step.names, process.env);
      say(`      they are in ${file}: keep a copy, for nobody gets them back from Cloudflare`);
      // Over standard input: everybody sees arguments.
      await must(place, ["secret", "bulk"], JSON.stringify(values));
      return;
    }
  }
}

/** @param {Place} place @param {string[]} args @param {string} [input] */
async function must(place, args, input) {
  const said = await call(place, args, input);
  if (said.code !== 0) throw failed(args, said);
  return said.text;
}

/**
 * Whether this is R2's refusal to delete a bucket with objects in it.
 * @param {string[]} args
 * @param {string} text
 */
const isFull = (args, text) =>
  args.slice(0, 3).join(" ") === "r2 bucket delete" && text.includes("[code: 10008]");
