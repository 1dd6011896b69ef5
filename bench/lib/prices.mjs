// @ts-check
// What Cloudflare bills on its paid plan, in US dollars, as its price lists had it on the day named here:
// developers.cloudflare.com/{workers,durable-objects,queues,kv,r2}/platform/pricing (R2's without "platform").

/** When the lists were read. */
export const READ = "2026-11";

/** @typedef {{ included: number, perMillion: number }} Price by the month: so much is free, and a million more costs this */

export const PRICES = {
  plan: 5,
  requests: { included: 10e6, perMillion: 0.3 },
  cpuMs: { included: 30e6, perMillion: 0.02 },
  /** A message written, handed out or deleted, by the 64 KB begun. */
  queueOperations: { included: 1e6, perMillion: 0.4 },
  objectRequests: { included: 1e6, perMillion: 0.15 },
  /** GB-s: an object that is awake counts 128 MB. */
  objectDuration: { included: 400e3, perMillion: 12.5 },
  rowsRead: { included: 25e9, perMillion: 0.001 },
  /** Deletes and alarms, too; rows of a table that is dropped are not counted. */
  rowsWritten: { included: 50e6, perMillion: 1 },
  kvReads: { included: 10e6, perMillion: 0.5 },
  kvWrites: { included: 1e6, perMillion: 5 },
  /** Class A. */
  r2Writes: { included: 1e6, perMillion: 4.5 },
  /** Class B. */
  r2Reads: { included: 10e6, perMillion: 0.36 },
  /** GB-months: the price of one is that of a million, a million times as small. */
  objectStorage: { included: 5, perMillion: 0.2e6 },
  r2Storage: { included: 10, perMillion: 0.015e6 },
};
