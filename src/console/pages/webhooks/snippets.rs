//! Code that verifies deliveries, in four languages, ready to be run with the keys that are put in.

/// A piece of code.
pub struct Snippet {
    /// In which language.
    pub language: &'static str,
    /// The code.
    pub code: String,
}

/// Where the key goes: in quotes, in each language.
const KEY: &str = "KEY_HERE";

/// By Standard Webhooks' own libraries.
pub fn standard(secret: &str) -> [Snippet; 4] {
    fill(secret, [STANDARD_NODE, STANDARD_PYTHON, STANDARD_RUST, STANDARD_GO])
}

/// By Helicone's header.
pub fn helicone(hmac_key: &str) -> [Snippet; 4] {
    fill(hmac_key, [HELICONE_NODE, HELICONE_PYTHON, HELICONE_RUST, HELICONE_GO])
}

fn fill(key: &str, codes: [&str; 4]) -> [Snippet; 4] {
    let [node, python, rust, go] = codes.map(|code| code.replace(KEY, key));
    [
        Snippet { language: "Node", code: node },
        Snippet { language: "Python", code: python },
        Snippet { language: "Rust", code: rust },
        Snippet { language: "Go", code: go },
    ]
}

const STANDARD_NODE: &str = r#"// npm install standardwebhooks
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const webhook = new Webhook("KEY_HERE");

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    const event = webhook.verify(Buffer.concat(chunks), request.headers);
    console.log(request.headers["webhook-event-type"], event);
    response.writeHead(204).end();
  } catch {
    response.writeHead(401).end();
  }
}).listen(process.env.PORT ?? 3000);
"#;

const STANDARD_PYTHON: &str = r#"# pip install standardwebhooks
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

webhook = Webhook("KEY_HERE")


class Endpoint(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        try:
            event = webhook.verify(body, dict(self.headers))
        except (WebhookVerificationError, ValueError):
            self.send_response(401)
        else:
            print(self.headers["webhook-event-type"], event)
            self.send_response(204)
        self.end_headers()


HTTPServer(("", int(os.environ.get("PORT", 3000))), Endpoint).serve_forever()
"#;

const STANDARD_RUST: &str = r#"// cargo add axum standardwebhooks
// cargo add tokio --features full
use axum::{Router, body::Bytes, http::{HeaderMap, StatusCode}, routing::post};
use standardwebhooks::Webhook;

async fn endpoint(headers: HeaderMap, body: Bytes) -> StatusCode {
    let webhook = Webhook::new("KEY_HERE").expect("a secret");
    match webhook.verify(&body, &headers) {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::UNAUTHORIZED,
    }
}

#[tokio::main]
async fn main() {
    let listener = tokio::net::TcpListener::bind("0.0.0.0:3000").await.expect("a free port");
    axum::serve(listener, Router::new().route("/", post(endpoint))).await.expect("a server");
}
"#;

const STANDARD_GO: &str = r#"// go get github.com/standard-webhooks/standard-webhooks/libraries/go
package main

import (
	"io"
	"log"
	"net/http"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

func main() {
	webhook, err := standardwebhooks.NewWebhook("KEY_HERE")
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 4<<20))
		if err != nil || webhook.Verify(body, r.Header) != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		log.Println(r.Header.Get("webhook-event-type"), string(body))
		w.WriteHeader(http.StatusNoContent)
	})
	log.Fatal(http.ListenAndServe(":3000", nil))
}
"#;

const HELICONE_NODE: &str = r#"import { createHmac, timingSafeEqual } from "node:crypto";

/** `body`: the bytes as they came. `signature`: the header helicone-signature. */
export function isGenuine(body, signature = "") {
  const wanted = Buffer.from(createHmac("sha256", "KEY_HERE").update(body).digest("hex"));
  const given = Buffer.from(signature);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
"#;

const HELICONE_PYTHON: &str = r#"import hashlib
import hmac


def is_genuine(body: bytes, signature: str) -> bool:
    """`body`: the bytes as they came. `signature`: the header helicone-signature."""
    wanted = hmac.new(b"KEY_HERE", body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(signature.encode(), wanted.encode())
"#;

const HELICONE_RUST: &str = r#"// cargo add hex hmac@0.12 sha2@0.10
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// `body`: the bytes as they came. `signature`: the header helicone-signature.
fn is_genuine(body: &[u8], signature: &str) -> bool {
    let mut mac = Hmac::<Sha256>::new_from_slice(b"KEY_HERE").expect("a key of any length");
    mac.update(body);
    hex::decode(signature).is_ok_and(|signature| mac.verify_slice(&signature).is_ok())
}
"#;

const HELICONE_GO: &str = r#"import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
)

// body: the bytes as they came. signature: the header helicone-signature.
func isGenuine(body []byte, signature string) bool {
	mac := hmac.New(sha256.New, []byte("KEY_HERE"))
	mac.Write(body)
	given, err := hex.DecodeString(signature)
	return err == nil && hmac.Equal(given, mac.Sum(nil))
}
"#;
