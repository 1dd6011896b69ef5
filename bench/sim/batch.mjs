// @ts-check
// How long a consumer takes for a batch of one webhook, and how often it asks the ledger: src/dispatcher/deliver.
import { GUESSES, LIMITS, OURS, SERVICE } from "./inputs.mjs";

/** How often what came of so many deliveries is recorded. @param {number} size @param {number} endpointMs */
export function records(size, endpointMs) {
  const waves = Math.ceil(size / OURS.places);
  // At the first end of an attempt that is more than so long behind the first one since the last record.
  const between = 2 + Math.floor(OURS.recordAfter / endpointMs);
  return Math.ceil(waves / between);
}

/** Calls to the ledger: one claim, and the records. @param {number} size @param {number} endpointMs */
export const ledgerCalls = (size, endpointMs) => 1 + records(size, endpointMs);

/** ms for a claim or a record, nobody waiting before it. @param {number} rows */
export const callMs = (rows) => GUESSES.roundTrip + SERVICE.call + (SERVICE.row / 2) * rows;

/** ms from the claim to the last record. @param {number} size @param {number} endpointMs */
export function batchMs(size, endpointMs) {
  const attempts = Math.ceil(size / OURS.places) * endpointMs;
  return callMs(size) + attempts + callMs(size / records(size, endpointMs));
}

/** Deliveries a second that a ledger's one thread stands. @param {number} size of a batch @param {number} endpointMs */
export const ledgerRate = (size, endpointMs) =>
  1000 / (SERVICE.row + (ledgerCalls(size, endpointMs) * SERVICE.call) / size);

/**
 * Deliveries a second that all consumers of a queue make, when there is always a full batch.
 * @param {number} endpointMs @param {number} size of a batch, in deliveries
 */
export const consumerRate = (endpointMs, size) =>
  (LIMITS.consumers * size * 1000) / batchMs(size, endpointMs);
