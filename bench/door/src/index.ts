type Env = { WEBHOOK_SECRETS: string; QUEUE?: string; INBOX: Queue<string> };

const TOLERANCE_SECONDS = 300;
const encoder = new TextEncoder();
let imported: Promise<CryptoKey> | undefined;

function keyOf(env: Env) {
  imported ??= crypto.subtle.importKey(
    "raw",
    Uint8Array.from(atob(env.WEBHOOK_SECRETS.replace("whsec_", "")), (character) => character.charCodeAt(0)),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["verify"],
  );
  return imported;
}

async function verified(request: Request, body: string, env: Env) {
  const id = request.headers.get("webhook-id");
  const timestamp = request.headers.get("webhook-timestamp");
  const signatures = request.headers.get("webhook-signature");
  if (!id || !timestamp || !signatures) return false;
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  const key = await keyOf(env);
  const message = encoder.encode(`${id}.${timestamp}.${body}`);
  for (const entry of signatures.split(" ")) {
    const [version, text = ""] = entry.split(",");
    if (version !== "v1") continue;
    const signature = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    if (await crypto.subtle.verify("HMAC", key, signature, message)) return true;
  }
  return false;
}

export default {
  async fetch(request: Request, env: Env) {
    const { pathname } = new URL(request.url);
    if (request.method !== "POST" || pathname !== "/webhook") return new Response(null, { status: 404 });
    const body = await request.text();
    if (!(await verified(request, body, env))) return Response.json({ error: "signature" }, { status: 401 });
    const id = request.headers.get("webhook-id");
    if (env.QUEUE) await env.INBOX.send(JSON.stringify({ id, body }), { contentType: "text" });
    return Response.json({ status: "accepted", id });
  },
};
