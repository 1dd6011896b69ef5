// The Worker on a platform that fails, which can be ended in the middle of everything and started anew on what it stored.
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newSecrets, type Stack, startStack, workerds } from "../worker/support/stack.ts";
import { options } from "./options.ts";

const FAULTS = readFileSync(new URL("./faults.js", import.meta.url), "utf8");

export const started = Date.now();
export const deadline = started + options.minutes * 60_000;
export const pause = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** `faults`: the share of calls that fail; `factor`: how many seconds pass in one. */
export async function openStage(faults: number, factor: number) {
  const { seed } = options;
  const persist = await mkdtemp(join(tmpdir(), "heliograph-storm-"));
  const secrets = newSecrets();
  const memory: number[] = [];
  const logs: string[] = [];
  let stack!: Stack;
  let port: number | undefined;
  let starts = 0;

  async function start() {
    starts += 1;
    memory.length = 0;
    // Other dice with each start, or each would fail in the same places. One batch is cut off, but none while
    // latency is measured.
    const plan = { seed: seed + starts * 1000, calls: faults, acks: faults, cutAt: factor > 1 ? 15 : 0 };
    stack = await startStack({
      persist,
      secrets,
      around: FAULTS,
      ...(port === undefined ? {} : { port }),
      vars: {
        LOG_LEVEL: "warn",
        TEST_CLOCK: `${factor}@${started}`,
        STORM: JSON.stringify(plan),
        DELIVERY_TIMEOUT_MS: "500",
        SLOW_TIMEOUT_MS: "1000",
        RETENTION_DAYS: "366",
        // These are for waits in real time, of which a second is the shortest that a queue knows.
        SLOW_SECONDS: String(factor * 600),
        RETRY_LOST_AFTER_SECONDS: String(factor * 10),
        RECONCILE_AFTER_SECONDS: String(factor * (factor > 1 ? 5 : 60)),
        RECONCILE_WINDOW_HOURS: "168",
      },
    });
    port ??= Number(new URL(stack.base).port);
  }

  await start();
  const sampler = setInterval(() => memory.push(residentMiB()), 500);
  const cron = setInterval(() => void stack.reconcile().catch(() => {}), 2000);
  return {
    stack: () => stack,
    logs,
    /** What the runtime that runs now had in memory over time, in MiB. */
    memory,
    /** Ends the runtime as told, and starts it anew. */
    async restart(end: () => void) {
      end();
      await stack.stop().catch(() => {});
      logs.push(...stack.logs());
      await start();
    },
    async close() {
      clearInterval(sampler);
      clearInterval(cron);
      await stack.stop();
      logs.push(...stack.logs());
      await rm(persist, { recursive: true, force: true });
    },
  };
}

export type Stage = Awaited<ReturnType<typeof openStage>>;

/** What the runtime has in memory. */
function residentMiB() {
  try {
    const status = readFileSync(`/proc/${workerds()[0]}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
  } catch {
    return Number.NaN;
  }
}

/** Asks until the answer is good, as any client would. */
export async function insist<T extends { status: number }>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    const answer = await ask().catch((error: Error) => error);
    if (!(answer instanceof Error) && answer.status < 300) return answer;
    if (Date.now() > deadline) throw new Error(`no good answer in time: ${JSON.stringify(answer)}`);
    await pause(100);
  }
}
