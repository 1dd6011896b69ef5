// Clients that exist for Python alone, run to their end.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { clients } from "../../../scripts/lib/python-clients.mjs";

/** Whether they can be run. `npm test` installs them, and says so where it can't. */
export const hasClients = clients.isInstalled();

/** Runs a script of `tests/clients`, and fails where it does. Answers what it printed. */
export async function runClient(script: string, args: string[]) {
  const file = fileURLToPath(new URL(`../../clients/${script}`, import.meta.url));
  // Price tables come from the package, and nothing from the network.
  const env = { ...process.env, LITELLM_LOCAL_MODEL_COST_MAP: "True", PYTHONDONTWRITEBYTECODE: "1" };
  const { stdout } = await promisify(execFile)(clients.python, [file, ...args], { env, timeout: 55_000 });
  return stdout;
}
