// The two entry points: which request goes where, and who may make it.
import type { MessageBatch } from "@cloudflare/workers-types";
import { serve } from "./archive.js";
import { equal } from "./crypto.js";
import { deliverAll } from "./deliver.js";
import type { Env } from "./env.js";
import { intake } from "./intake.js";
import { error } from "./reply.js";
import { create } from "./subscriptions.js";

const ORG = "default";

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const url = new URL(request.url);
    if (request.method === "GET" && url.pathname === "/healthz") return Response.json({ status: "ok" });
    if (request.method === "GET" && url.pathname.startsWith("/payloads/")) return await serve(url, env);
    if (!equal(request.headers.get("authorization") ?? "", `Bearer ${env.ROOT_KEY}`)) {
      return error(401, "authorization: missing or wrong");
    }
    switch (`${request.method} ${url.pathname}`) {
      case "POST /v1/events":
        return await intake(request, env, ORG);
      case "POST /v1/webhooks":
        return await create(request, env, ORG);
      default:
        return error(404, "no such route");
    }
  },

  async queue(batch: MessageBatch<Uint8Array>, env: Env): Promise<void> {
    await deliverAll(batch, env);
  },
};
