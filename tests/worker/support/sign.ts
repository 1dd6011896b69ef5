// Deliveries as a sender signs them, by Standard Webhooks.
import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";

export const newSecret = () => `whsec_${randomBytes(32).toString("base64")}`;
export const newId = () => `msg_${randomBytes(8).toString("hex")}`;

/** The headers of a delivery that was signed at a moment. */
export function signed(secret: string, body: string | Buffer, id = newId(), at = new Date()) {
  return {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    // What is signed may be bytes, whatever its type says.
    "webhook-signature": new Webhook(secret).sign(id, at, body as string),
  };
}
