// @ts-check
// `npm run reset`: back to an empty local deployment. `npm run reset -- --keys` forgets the keys as well.
import fs from "node:fs";
import { Failure, runMain } from "./lib/fail.mjs";
import { withLock } from "./lib/lock.mjs";
import { at, devVarsFile, runLock } from "./lib/paths.mjs";

await runMain(() => {
  const [option, ...others] = process.argv.slice(2);
  if ((option !== undefined && option !== "--keys") || others.length > 0) {
    throw new Failure("The only option is --keys: npm run reset -- --keys removes .dev.vars as well.");
  }
  // Always the checkout's own data: a folder named by a variable is nothing to delete.
  const data = at(".wrangler", "state");
  const work = async () => {
    remove(data, ".wrangler/state (subscriptions, journal, queues of the local deployment)");
    if (option === "--keys") remove(devVarsFile, ".dev.vars (its keys; npm start makes new ones)");
  };
  return withLock(runLock(data), work, () => {
    throw new Failure("`npm start` of this checkout is running: stop it first, then reset.");
  });
});

/**
 * @param {string} target
 * @param {string} what
 */
function remove(target, what) {
  if (!fs.existsSync(target)) {
    console.log(`nothing there: ${what}`);
    return;
  }
  console.log(`removing ${what}`);
  fs.rmSync(target, { recursive: true, force: true });
}
