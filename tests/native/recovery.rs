//! What a recovery is asked for.

use heliograph::core::{
    replay::{Spec, What},
    time::Timestamp,
};
use serde_json::{Value, json};

const NOW: i64 = 1_795_251_600_000;

fn read(mut fields: Value) -> Result<Spec, String> {
    if fields.get("since").is_none() {
        fields["since"] = json!("2026-11-20T00:00:00Z");
    }
    Spec::read(fields.as_object().unwrap(), Timestamp::from_millis(NOW)).map_err(|error| error.to_string())
}

#[test]
fn it_is_about_everything_until_now_unless_it_says_less() {
    let all = read(json!({})).unwrap();
    assert_eq!((all.until, all.what), (NOW, What::ALL.to_vec()));
    assert_eq!(read(json!({"states": null, "until": null})).unwrap().what, What::ALL.to_vec());
    let twice = read(json!({"states": ["held", "failed", "held"]})).unwrap();
    assert_eq!(twice.what, [What::Held, What::Failed]);
}

#[test]
fn what_is_wrong_with_it_is_named() {
    let lasting = ["failed", "failed", "failed", "failed", "nonsense"];
    for (fields, error) in [
        (json!({"since": null}), "since: is required"),
        (json!({"since": "yesterday"}), "since: "),
        (json!({"since": "2026-11-21T09:00:01Z"}), "until: must be later than since"),
        (json!({"until": "2026-11-19T00:00:00Z"}), "until: must be later than since"),
        (json!({"states": []}), "states: must be a list of 1 to 3"),
        (json!({"states": lasting}), "states: must be a list of 1 to 3"),
        (json!({"states": lasting[..4]}), "states: must be a list of 1 to 3"),
        (json!({"states": ["held", "lost"]}), "states[1]: "),
        (json!({"states": "held"}), "states: "),
        (json!({"eventTypes": vec!["a"; 101]}), "eventTypes: "),
        (json!({"eventTypes": ["a b"]}), "eventTypes[0]: "),
        (json!({"state": ["held"]}), "state: is not a field"),
    ] {
        let refused = read(fields.clone()).err().unwrap_or_else(|| panic!("{fields} was taken"));
        assert!(refused.starts_with(error), "{fields}: {refused}");
    }
}
