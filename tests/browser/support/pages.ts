// Every page of the console. What holds for all of them is tested for these.
import type { Filled } from "./stage.ts";

export type Listed = {
  name: string;
  path: (filled: Filled) => string;
  /** What it is answered with; 200 where absent. */
  status?: number;
};

export const PAGES: Listed[] = [
  { name: "overview", path: () => "/console" },
  { name: "not found", path: () => "/console/nothing-here", status: 404 },
];
