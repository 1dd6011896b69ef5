// What became of each event for each webhook, by Heliograph's own books: its ledgers' rows and its history.
import type { Row, Stack } from "../worker/support/stack.ts";

export type Fate = "delivered" | "retrying" | "dead" | "held";

/** The fate of each event (by request id) for one webhook. What is missing here is lost. */
export async function fates(stack: Stack, webhook: string, history: Row[]) {
  const found = new Map<string, Fate>();
  const { data: shown } = await insist(() => stack.call("GET", `/v1/webhooks/${webhook}`));
  for (const row of history) {
    const { subscriptions, events } = row["index"] as unknown as Index;
    const own = subscriptions.indexOf(webhook);
    for (const { request, queued = [], held = [] } of events) {
      // What waited on the queue when its endpoint was given up is held like what came later: `recover` finds both.
      const isHeld = held.includes(own) || (queued.includes(own) && shown["status"] !== "active");
      if (own >= 0 && isHeld) found.set(request, "held");
    }
  }
  let cursor = "";
  do {
    const path = `/v1/webhooks/${webhook}/deliveries?limit=200${cursor && `&cursor=${cursor}`}`;
    const { data } = await insist(() => stack.call("GET", path));
    for (const row of data["deliveries"] as Row[]) {
      found.set(String(row["event_id"]).replace(/^[^:]*:/, ""), row["state"] as Fate);
    }
    cursor = String(data["next_cursor"] ?? "");
  } while (cursor);
  return found;
}

type Index = {
  subscriptions: string[];
  events: { request: string; queued?: number[]; held?: number[] }[];
};

/** All rows of the history of these days. */
export async function wholeHistory(stack: Stack, days: string[]) {
  const rows: Row[] = [];
  for (const day of days) {
    let after = 0;
    for (;;) {
      const page = await stack.history(`default/${day}`, { Page: { after_seq: after, limit: 200 } });
      rows.push(...page.rows);
      after = Number(page.rows.at(-1)?.["seq"] ?? after);
      if (!page.more) break;
    }
  }
  return rows;
}

/** Asks until the answer is good, as any client would. */
export async function insist<T extends { status: number }>(ask: () => Promise<T>, seconds = 60): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask().catch((error: Error) => error);
    if (!(answer instanceof Error) && answer.status < 300) return answer;
    if (Date.now() > deadline) throw new Error(`no good answer in ${seconds} s: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
