// @ts-check
// What the model is made of, and where each figure is from. Money is US dollars, a month has 30 days.

/**
 * Measured: docs/BENCHMARKS.md, by the heading of its section. CPU is that of a whole local workerd with its simulated stores, so
 * an upper bound.
 */
export const MEASURED = {
  /** "with the ledger, the history and the reconciler": ms of CPU per delivery of 1 KB, 100 events a call and one a call. */
  cpu: { batched: 0.646, single: 2.8 },
  /** The same of the baseline, which has neither ledger nor history. */
  baseline: { batched: 0.494, single: 1.55 },
  /** How many events a call brought in the two columns. */
  perCall: { batched: 100, single: 1 },
  /** "the walking whole", 1 KB and 40 KB: ms of CPU for each further KB. */
  cpuPerKb: (1.75 - 0.548) / 39,
  /** "matching again", 100 subscriptions: ms of CPU for an event that nobody wants. */
  cpuUnmatched: 0.029,
  /** "bytes in the stores", and of the ledger "what is billed, with compact rows": what a delivery leaves in its ledger and in the inbox, an event in its day's index and in R2. */
  bytes: { ledger: 650, inbox: 575, history: 436, archived: 103 },
  /** "bytes in the stores": requests to the inbox's shards and to `Insights` for each delivery. */
  receiver: { inbox: 1.16, insights: 0.04 },
};

/** Ours: wrangler.toml and the defaults of the settings. tests/bench holds them to the sources. */
export const OURS = {
  /** Messages in a batch of the express queue. */
  batch: 20,
  /** One webhook's deliveries of one call that share a message: at most so many, of so many bytes. */
  bundle: { most: 10, bytes: 63_000 },
  /** Bytes of `request` and of `response` in a delivery; what is longer is cut. */
  exchange: 10_240,
  /** Attempts at once in an invocation, `DELIVERY_CONCURRENCY`. */
  places: 6,
  /** ms after which results are recorded before the batch ends. */
  recordAfter: 1000,
  /** Days that ledgers keep, `RETENTION_DAYS`; the day itself is not counted. */
  retentionDays: 30,
  /** Bytes of a ledger, `LEDGER_BYTES` (at most 9.5 GB), and how many volumes its time and its space are parted into. */
  ledger: { bytes: 8e9, mostBytes: 9.5e9, parts: 8 },
  /** Days and objects of the receiver's inbox, `INBOX_DAYS`, `INBOX_SHARDS` (at most 64). */
  inbox: { days: 8, shards: 4 },
  /** Exchanges that an invocation of the inbox fetches at once. */
  fetches: 4,
  /** A run of the reconciler: calls to the platform, rows of the history in a page, seconds from run to run. */
  reconciler: { calls: 800, rows: 50, seconds: 300 },
  /** The door's limit for one source: questions to the limiter and seconds; the first 64 are for one request each, others for 64. */
  door: { questions: 450, seconds: 10, stride: 64 },
};

/** Cloudflare's documented limits, paid plan, read 2026-11: developers.cloudflare.com/{queues,durable-objects,workers}/platform/limits. */
export const LIMITS = {
  /** Messages a second that a queue takes. */
  queue: 5000,
  /** Invocations at once of a queue's consumer. */
  consumers: 250,
  /** Requests a second of one Durable Object; said to be soft, and fewer where a request does a lot. */
  object: 1000,
  /** GB in one Durable Object. */
  objectGb: 10,
};

/** Guesses: nobody measured these. */
export const GUESSES = {
  /** ms from a consumer to an object and back. */
  roundTrip: 10,
  /** ms that a request keeps an object awake, for what is billed as duration. */
  awake: 10,
  /** ms in which the receiver has an exchange. */
  fetch: 100,
  /** Calls and batches a second that an isolate takes: each isolate reads an org's subscriptions from KV every 5 s at most. */
  perIsolate: 100,
  /** Bytes of a message beside its body: 472 of events that say little, more with a trace and with long names. */
  messageHead: 700,
  /** Of a limit, how much is planned with. */
  headroom: 0.7,
};

/** How long a snapshot of the subscriptions is taken from memory, in seconds: docs/ARCHITECTURE.md. */
export const MEMO_SECONDS = 5;

/**
 * ms that an object is busy with a call, and with a delivery in it: what ledger and history add to the baseline's CPU, which is
 * three calls (claim, record, index) for each batch and one row for each delivery.
 */
export const SERVICE = serviceOf();

function serviceOf() {
  const { cpu, baseline, perCall } = MEASURED;
  const single = cpu.single - baseline.single;
  const batched = cpu.batched - baseline.batched;
  const call = (single - batched) / (3 / perCall.single - 3 / perCall.batched);
  return { call, row: single - (3 * call) / perCall.single };
}
