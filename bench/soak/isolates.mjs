// @ts-check
// All isolates of a workerd process, the simulated stores' among them. Those pass bodies on and make little of their own in JavaScript, so that V8
// sees no reason to collect what holds the bodies; unless it is told to, memory grows by all that ever went through.
import { readdir, readFile, readlink } from "node:fs/promises";
import { inspect } from "../profile/inspector.mjs";

/** A socket that listens, in /proc/net/tcp. */
const LISTENING = "0A";

/** The ports that a process listens on. @param {number} pid */
async function portsOf(pid) {
  const links = (await readdir(`/proc/${pid}/fd`)).map((fd) =>
    readlink(`/proc/${pid}/fd/${fd}`).catch(() => ""),
  );
  const sockets = new Set((await Promise.all(links)).map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]));
  const lines = (await readFile(`/proc/${pid}/net/tcp`, "utf8"))
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  return lines
    .filter((fields) => fields[3] === LISTENING && sockets.has(fields[9]))
    .map((fields) => Number.parseInt(fields[1]?.split(":")[1] ?? "", 16));
}

/**
 * Opens the inspectors of a process's isolates but for the Worker of this name, which has one already and can have no other.
 * @param {number} pid @param {string} except
 */
export async function isolatesOf(pid, except) {
  for (const port of await portsOf(pid)) {
    const answer = await fetch(`http://127.0.0.1:${port}/json`).catch(() => undefined);
    const targets = answer?.ok ? await answer.json().catch(() => undefined) : undefined;
    if (!Array.isArray(targets) || targets.length < 2) continue;
    const others = targets.filter(({ id }) => id !== `core:user:${except}`);
    return Promise.all(others.map(({ webSocketDebuggerUrl }) => inspect(webSocketDebuggerUrl)));
  }
  throw new Error("workerd has no inspector of its own");
}
