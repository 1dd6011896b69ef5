// The Worker behind bindings that count what a deployment is billed for. `GET /counts` answers the counts and begins anew; bytes
// are those there are.
import { WorkerEntrypoint } from "cloudflare:workers";
import Worker, * as objects from "./index.js";

/** What a queue bills as one, in bytes. */
const QUEUE_UNIT = 64_000;
/** So many operations is a message of this text, each time that it is written, handed out or deleted. */
const units = (text) => Math.ceil(new TextEncoder().encode(text).byteLength / QUEUE_UNIT);
const OBJECTS = ["REGISTRY", "HISTORY", "LEDGER", "THRESHOLDS", "INSIGHTS", "INBOX_STATE", "REVIEWS"];
/** What a call to a binding counts as. */
const CALLS = {
  SUBSCRIPTIONS: { get: "KV reads", put: "KV writes" },
  ARCHIVE: { put: "R2 writes", get: "R2 reads", head: "R2 reads" },
  EXPRESS: {},
  SLOW: {},
};

let counts = {};
/** How large each object's database was after its last call. */
const sizes = new Map();
/** Statements, whose rows are counted when they are asked for: until then they may still be read. */
let cursors = [];
const add = (name, more = 1) => {
  counts[name] = (counts[name] ?? 0) + more;
};

/** Calls of objects that are under way: those that overlap are one turn. */
let underWay = 0;
const turn = (answer) => {
  if (underWay++ === 0) add("turns");
  const over = () => {
    underWay--;
  };
  answer.then(over, over);
};

/** The same thing, with a look at each call of a method. */
function watch(target, look) {
  return new Proxy(target, {
    get(_, name) {
      const value = Reflect.get(target, name, target);
      if (name === "constructor") return value;
      if (typeof value !== "function") return look.member?.(name, value) ?? value;
      return (...args) => {
        const result = value.apply(target, args);
        return look.called?.(name, args, result) ?? result;
      };
    },
  });
}

function binding(name, target) {
  if (OBJECTS.includes(name)) {
    const stub = (found) =>
      watch(found, {
        called(method, _, answer) {
          if (method !== "fetch") return;
          add(`${name} requests`);
          turn(answer);
        },
      });
    return watch(target, {
      called: (method, _, result) => (method.startsWith("get") ? stub(result) : result),
    });
  }
  return watch(target, {
    called(method, [first, second]) {
      const messages = method === "sendBatch" ? first.map(({ body }) => body) : [first];
      if (method.startsWith("send")) {
        add(
          "queue operations",
          messages.reduce((sum, text) => sum + units(text), 0),
        );
      }
      const kind = CALLS[name][method];
      if (kind) add(kind);
      if (kind === "R2 writes") add("R2 bytes", second.byteLength);
    },
  });
}

const counted = (env) =>
  new Proxy(env, {
    get: (target, name) =>
      name in CALLS || OBJECTS.includes(name)
        ? binding(name, target[name])
        : Reflect.get(target, name, target),
  });

function storage(target) {
  const sql = watch(target.sql, {
    called(method, _, cursor) {
      if (method === "exec") cursors.push(cursor);
    },
  });
  return watch(target, {
    member: (name) => (name === "sql" ? sql : undefined),
    // Billed as one.
    called(method) {
      if (method === "setAlarm") add("rows written");
    },
  });
}

const object = (Class) =>
  class {
    constructor(state, env) {
      const watched = watch(state, {
        member: (name, value) => (name === "storage" ? storage(value) : undefined),
      });
      const made = new Class(watched, counted(env));
      const fetch = made.fetch.bind(made);
      made.fetch = async (request) => {
        const answer = await fetch(request);
        sizes.set(state.id.toString(), state.storage.sql.databaseSize);
        return answer;
      };
      // biome-ignore lint/correctness/noConstructorReturn: the runtime takes what the constructor returns
      return made;
    }
  };

// The receiver's objects as they are, uncounted.
export * from "./index.js";
export const Registry = object(objects.Registry);
export const History = object(objects.History);
export const Ledger = object(objects.Ledger);

export default class extends WorkerEntrypoint {
  #worker() {
    return new Worker(this.ctx, counted(this.env));
  }

  fetch(request) {
    if (new URL(request.url).pathname !== "/counts") {
      add("requests");
      return this.#worker().fetch(request);
    }
    for (const { rowsWritten, rowsRead } of cursors) {
      add("rows written", rowsWritten);
      add("rows read", rowsRead);
    }
    add(
      "object bytes",
      [...sizes.values()].reduce((sum, size) => sum + size, 0),
    );
    const answer = counts;
    [counts, cursors] = [{}, []];
    return Response.json({ data: answer });
  }

  scheduled(event) {
    return this.#worker().scheduled(event);
  }

  queue(batch) {
    const texts = batch.messages.map(({ body }) => body);
    // Handed out, and deleted once acknowledged.
    add(
      "queue operations",
      texts.reduce((sum, text) => sum + 2 * units(text), 0),
    );
    add("batches");
    return this.#worker().queue(batch);
  }
}
