// What a deployment is billed for does not grow unnoticed: each way for events to come, counted at the bindings.
import { expect, it } from "vitest";
import { billed, dollars } from "../../bench/cost/bill.mjs";
import { expected, regressions } from "../../bench/cost/expected.mjs";
import { count, WAYS } from "../../bench/cost/run.mjs";

it("is what it was, or less", { timeout: 300_000 }, async () => {
  const rows = await count();
  expect(regressions(rows), "if it is meant: npm run cost -- --accept").toEqual([]);
  // And it was counted at all.
  for (const { way, counts } of rows.filter(({ way }) => way.webhooks > 0)) {
    expect(counts["rows written"], way.name).toBeGreaterThanOrEqual(way.webhooks);
    expect(counts["queue operations"], way.name).toBeGreaterThan(0);
  }
});

it("says which count grew, by more than a twentieth", () => {
  const [way] = WAYS.filter(({ name }) => name === "singly");
  if (way === undefined) throw new Error("no such way");
  const known = expected()[way.name] ?? {};
  const with_ = (name: string, factor: number) => ({
    way,
    counts: { ...known, [name]: (known[name] ?? 0) * factor },
  });
  expect(regressions([with_("rows written", 1.04)])).toEqual([]);
  expect(regressions([with_("rows written", 1.06)])[0]).toContain("singly: rows written");
  expect(regressions([{ way, counts: { "R2 lists": 1 } }])[0]).toContain("R2 lists");
  // What the clock decides is no regression.
  expect(regressions([with_("CPU ms", 3)])).toEqual([]);
});

it("is priced by the million", () => {
  const counts = {
    requests: 0.5,
    batches: 0.5,
    "queue operations": 3,
    "rows written": 2,
    "object bytes": 1000,
  };
  expect(billed(counts)).toMatchObject({ requests: 1, queueOperations: 3, rowsWritten: 2 });
  // $0.30, three times $0.40, twice $1, and 1.1 GB-months at $0.20.
  expect(dollars(counts).total).toBeCloseTo(0.3 + 1.2 + 2 + 0.22);
});
