//! `/v1/keys`, `/v1/orgs` and `/v1/settings`.

use serde_json::{Value, json};

use crate::description::{
    examples,
    operation::{Operation, list_of, schema_ref},
};

const TAG: &str = "Keys and orgs";

/// All calls about keys and orgs, and what an org has decided.
pub fn paths() -> Value {
    json!({
        "/v1/keys": {"get": list_keys(), "post": create_key()},
        "/v1/keys/{id}": {"delete": revoke_key()},
        "/v1/orgs": {"get": list_orgs(), "post": create_org()},
        "/v1/settings": {"get": show_settings(), "patch": change_settings()},
    })
}

fn list_keys() -> Value {
    Operation::new("listKeys", TAG, "List an org's API keys")
        .for_scope("root")
        .takes(&["Org"])
        .answers(200, "The keys, without their texts.", list_of("ApiKey"), json!([examples::key(false)]))
        .refuses(&[400, 404])
        .done()
}

fn create_key() -> Value {
    let body = json!({"name": "gateway", "scopes": ["events:write"], "org": "default"});
    Operation::new("createKey", TAG, "Issue an API key")
        .about("The answer alone shows the key, so the same call under the same `Idempotency-Key` is refused (409) and makes no other. An org has at most 100.")
        .for_scope("root")
        .takes(&["IdempotencyKey"])
        .body("NewKey", &[("gateway", body)])
        .answers(200, "Issued, with the key.", schema_ref("ApiKey"), examples::key(true))
        .refuses(&[404, 409, 422])
        .done()
}

fn revoke_key() -> Value {
    Operation::new("revokeKey", TAG, "Revoke an API key")
        .about("It is refused everywhere within half a minute.")
        .for_scope("root")
        .takes(&["KeyId", "Org"])
        .answers(200, "The key that was revoked.", schema_ref("ApiKey"), examples::key(false))
        .refuses(&[400, 404])
        .done()
}

fn list_orgs() -> Value {
    Operation::new("listOrgs", TAG, "List orgs")
        .about("The default one first.")
        .for_scope("root")
        .answers(200, "The orgs.", list_of("Org"), json!([examples::default_org(), examples::org()]))
        .done()
}

fn create_org() -> Value {
    Operation::new("createOrg", TAG, "Add an org")
        .for_scope("root")
        .body("NewOrg", &[("acme", json!({"id": "acme", "name": "Acme"}))])
        .answers(200, "Added.", schema_ref("Org"), examples::org())
        .refuses(&[409])
        .done()
}

fn show_settings() -> Value {
    Operation::new("getSettings", TAG, "Show the org's settings")
        .for_scope("webhooks:read")
        .answers(200, "The settings.", schema_ref("Settings"), examples::settings())
        .sends(200, "ETag")
        .done()
}

fn change_settings() -> Value {
    let body = json!({"retain": "all", "retentionDays": 90});
    Operation::new("changeSettings", TAG, "Change the org's settings")
        .about(
            "A JSON merge patch. Seen by the next event of the same isolate, and everywhere within a minute.",
        )
        .for_scope("webhooks:write")
        .takes(&["IfMatch"])
        .body("SettingsChange", &[("everything", body)])
        .answers(200, "The settings as they are now.", schema_ref("Settings"), examples::settings())
        .sends(200, "ETag")
        .refuses(&[412])
        .done()
}
