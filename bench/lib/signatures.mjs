// Checks one delivery as a receiver would, and more strictly: both signatures, the fields and their order, and that
// the body survives a JSON round trip.
import { createHmac } from "node:crypto";

const FIELDS = "request_id,request_body,response_body,user_id,request_response_url,model,provider,metadata";

/** @typedef {{ hmac_key: string, signing_secret: string }} Secrets */
/** @typedef {{ id: string, url: string, problem: string | undefined }} Sample */

/**
 * @param {{ headers: import("node:http").IncomingHttpHeaders, body: Buffer }} delivery
 * @param {Secrets} secrets
 * @returns {Sample}
 */
export function verify({ headers, body }, { hmac_key, signing_secret }) {
  const text = body.toString("utf8");
  /** @type {Record<string, unknown>} */
  const parsed = JSON.parse(text);
  const helicone = createHmac("sha256", hmac_key).update(body).digest("hex");
  const standard = createHmac("sha256", Buffer.from(signing_secret.replace(/^whsec_/, ""), "base64"))
    .update(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.`)
    .update(body)
    .digest("base64");
  const checks = {
    "helicone-signature": headers["helicone-signature"] === helicone,
    "x-helicone-signature": headers["x-helicone-signature"] === helicone,
    "webhook-signature": String(headers["webhook-signature"]).split(" ").includes(`v1,${standard}`),
    "webhook-timestamp": Math.abs(Date.now() / 1000 - Number(headers["webhook-timestamp"])) < 300,
    "webhook-event-type": headers["webhook-event-type"] === "request.completed",
    "webhook-attempt": Number(headers["webhook-attempt"]) >= 1,
    "webhook-api-version": Boolean(headers["webhook-api-version"]),
    "user-agent": Boolean(headers["user-agent"]),
    "fields and their order": Object.keys(parsed).join() === FIELDS,
    "JSON round trip": JSON.stringify(parsed) === text,
  };
  const wrong = Object.entries(checks).filter(([, right]) => !right);
  return {
    id: String(parsed.request_id),
    url: String(parsed.request_response_url),
    problem: wrong.length === 0 ? undefined : wrong.map(([name]) => name).join(", "),
  };
}
