// What became of each event for each webhook, by Heliograph's own books: its ledgers' rows and its history.
import type { Row } from "../worker/support/stack.ts";
import { options } from "./options.ts";
import { insist, type Stage, started } from "./stage.ts";

export type Fate = "delivered" | "dead" | "held" | "retrying" | "waiting";

type Index = {
  subscriptions: string[];
  events: { request: string; queued?: number[]; held?: number[] }[];
};

/** The fate of each event, by its request's id, for one webhook. What was accepted and is not here is lost. */
export async function fates(stage: Stage, webhook: string, history: Index[]) {
  const found = new Map<string, Fate>();
  const call = (path: string) => insist(() => stage.stack().call("GET", `/v1/webhooks/${webhook}${path}`));
  const isSending = (await call("")).data["status"] === "active";
  for (const { subscriptions, events } of history) {
    const own = subscriptions.indexOf(webhook);
    if (own < 0) continue;
    for (const { request, queued = [], held = [] } of events) {
      if (held.includes(own)) found.set(request, "held");
      // On the queue, or taken off it when its endpoint was given up: then `recover` finds it as it finds what came later.
      if (queued.includes(own)) found.set(request, isSending ? "waiting" : "held");
    }
  }
  let cursor = "";
  do {
    const { data } = await call(`/deliveries?limit=200${cursor && `&cursor=${cursor}`}`);
    for (const { event_id, state } of data["deliveries"] as Row[]) {
      // Of one that nothing is sent to, the ledger goes on with these once something is.
      const fate = state === "retrying" && !isSending ? "held" : (state as Fate);
      found.set(String(event_id).slice("request.completed:".length), fate);
    }
    cursor = String(data["next_cursor"] ?? "");
  } while (cursor);
  return found;
}

/** The history of all the days that have gone by. */
export async function wholeHistory(stage: Stage) {
  const indexes: Index[] = [];
  const now = started + (Date.now() - started) * options.factor;
  for (let at = started; at < now + 86_400_000; at += 86_400_000) {
    const name = `default/${new Date(at).toISOString().slice(0, 10)}`;
    let [after, more] = [0, true];
    while (more) {
      const page = await stage.stack().history(name, { Page: { after_seq: after, limit: 200 } });
      indexes.push(...page.rows.map(({ index }) => index as unknown as Index));
      after = Number(page.rows.at(-1)?.["seq"]);
      more = page.more;
    }
  }
  return indexes;
}
