// @ts-check
// How far back a ledger goes, and how large it is: src/core/ledger/volume.rs, at a steady rate.
import { MEASURED, OURS } from "./inputs.mjs";
import { flow } from "./load.mjs";

/** @typedef {import("./load.mjs").Load} Load */

const DAY = 86_400;

/** Days that nothing goes sooner than for its age. @param {number} retentionDays */
const least = (retentionDays) => retentionDays + 1;

/** Days that a volume takes deliveries. @param {number} retentionDays */
const span = (retentionDays) => Math.ceil(retentionDays / OURS.ledger.parts);

/** Bytes a day that come to a ledger. @param {Load} load */
const comes = (load) => (flow(load).deliveries / load.subscriptions) * DAY * MEASURED.bytes.ledger;

/**
 * Days that a ledger goes back at least. Where it is full, that is right after a volume has been dropped for its space.
 * @param {Load} load @param {number} [bytes] `LEDGER_BYTES`
 */
export const reach = (load, bytes = OURS.ledger.bytes) =>
  Math.min(least(load.retentionDays), (bytes * (1 - 1 / OURS.ledger.parts)) / comes(load));

/** Deliveries a second of a webhook up to which nothing goes before its time. @param {Load} load */
export const keepsAll = (load) =>
  (OURS.ledger.bytes * (1 - 1 / OURS.ledger.parts)) /
  (least(load.retentionDays) * DAY * MEASURED.bytes.ledger);

/** Bytes of a ledger on average: half of a volume is kept for longer than it has to be. @param {Load} load */
export function ledgerBytes(load) {
  const days = least(load.retentionDays) + span(load.retentionDays) / 2;
  const full = OURS.ledger.bytes * (1 - 1 / (2 * OURS.ledger.parts));
  return Math.min(days * comes(load), full);
}
