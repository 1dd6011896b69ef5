// The Worker behind a platform that fails: its module, with an environment whose calls are refused, or answered and the
// answer lost, by a seeded schedule; and with queues that hand out again what was acknowledged, and batches that are cut off.
import { WorkerEntrypoint } from "cloudflare:workers";
import Worker, * as objects from "./index.js";

const KINDS = {
  SUBSCRIPTIONS: ["get", "put"],
  ARCHIVE: ["get", "put", "head"],
  EXPRESS: ["send", "sendBatch"],
  SLOW: ["send", "sendBatch"],
};
const OBJECTS = ["REGISTRY", "HISTORY", "LEDGER"];

let plan;

/** The schedule: the share of calls that fail, the share of acknowledgements that get lost, and the batch that is cut off. */
function readPlan(env) {
  plan ??= { ...JSON.parse(env.STORM), state: JSON.parse(env.STORM).seed, batches: 0 };
}

/** mulberry32: small, seeded, and good enough to throw dice with. */
function random() {
  plan.state = (plan.state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(plan.state ^ (plan.state >>> 15), 1 | plan.state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}

const isHit = (share) => random() < share;

/** Every other failure is of the mean kind: what was asked has happened. */
async function unsure(what, call) {
  if (isHit(plan.calls / 2)) throw new Error(`storm: ${what} refused`);
  const answer = await call();
  if (isHit(plan.calls / 2)) throw new Error(`storm: the answer of ${what} was lost`);
  return answer;
}

/** A thing of the platform whose methods may fail. It goes by its own name and kind in all other respects. */
function wrap(target, methods, replace) {
  return new Proxy(target, {
    get(_, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== "function" || name === "constructor") return value;
      if (methods.includes(name)) return replace(name, (...args) => value.apply(target, args));
      return (...args) => value.apply(target, args);
    },
  });
}

function binding(name, target) {
  if (OBJECTS.includes(name)) {
    return wrap(
      target,
      ["get", "getByName"],
      (_, find) =>
        (...args) =>
          wrap(
            find(...args),
            ["fetch"],
            (_name, fetch) =>
              (...more) =>
                unsure(name, () => fetch(...more)),
          ),
    );
  }
  return wrap(
    target,
    KINDS[name],
    (method, call) =>
      (...args) =>
        unsure(`${name}.${method}`, () => call(...args)),
  );
}

function stormy(env) {
  readPlan(env);
  return new Proxy(env, {
    get: (target, name) =>
      name in KINDS || OBJECTS.includes(name)
        ? binding(name, target[name])
        : Reflect.get(target, name, target),
  });
}

/** A message whose acknowledgement may get lost. */
function message(original) {
  return {
    id: original.id,
    timestamp: original.timestamp,
    body: original.body,
    attempts: original.attempts,
    ack: () => (isHit(plan.acks) ? original.retry() : original.ack()),
    retry: (options) => original.retry(options),
  };
}

// The receiver's objects as they are; those of the dispatcher behind a platform that fails.
export * from "./index.js";

const object = (Class) =>
  class {
    constructor(state, env) {
      // biome-ignore lint/correctness/noConstructorReturn: the runtime takes what the constructor returns
      return new Class(state, stormy(env));
    }
  };
export const Registry = object(objects.Registry);
export const History = object(objects.History);
export const Ledger = object(objects.Ledger);

export default class extends WorkerEntrypoint {
  #worker() {
    return new Worker(this.ctx, stormy(this.env));
  }

  fetch(request) {
    return this.#worker().fetch(request);
  }

  scheduled(event) {
    return this.#worker().scheduled(event);
  }

  async queue(batch) {
    readPlan(this.env);
    plan.batches += 1;
    const run = this.#worker().queue({ queue: batch.queue, messages: batch.messages.map(message) });
    if (plan.batches !== plan.cutAt) return run;
    const cut = new Promise((_, refuse) => setTimeout(refuse, random() * 100, new Error("storm: cut off")));
    return Promise.race([run, cut]);
  }
}
