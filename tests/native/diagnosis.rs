//! What a deployment has to have, by its roles.

use heliograph::core::{
    diagnosis::{Kind, arrival_key, arrivals, bindings, is_id, queues, short_name},
    roles::Roles,
};

const BOTH: Roles = Roles { dispatcher: true, receiver: true };
const DISPATCHER: Roles = Roles { dispatcher: true, receiver: false };
const RECEIVER: Roles = Roles { dispatcher: false, receiver: true };

/// What an environment of wrangler.toml binds, by the kinds that are looked at.
fn bound(environment: Option<&str>) -> Vec<String> {
    let text = std::fs::read_to_string("wrangler.toml").unwrap();
    let config: toml::Table = text.parse().unwrap();
    let env = match environment {
        None => &config,
        Some(name) => config["env"][name].as_table().unwrap(),
    };
    let names = |list: Option<&toml::Value>, member: &str| -> Vec<String> {
        let items = list.and_then(toml::Value::as_array).into_iter().flatten();
        items.map(|item| item[member].as_str().unwrap().to_owned()).collect()
    };
    let mut all = names(env.get("kv_namespaces"), "binding");
    all.extend(names(env.get("r2_buckets"), "binding"));
    all.extend(names(env.get("ratelimits"), "name"));
    all.extend(names(env["durable_objects"].get("bindings"), "name"));
    all.push(config["assets"]["binding"].as_str().unwrap().to_owned());
    all.sort();
    all
}

#[test]
fn looks_at_what_wrangler_toml_binds_for_each_role() {
    for (roles, environment) in [(BOTH, None), (DISPATCHER, Some("dispatcher")), (RECEIVER, Some("receiver"))]
    {
        let mut looked: Vec<String> = bindings(roles).iter().map(|binding| binding.name.to_owned()).collect();
        looked.sort();
        assert_eq!(looked, bound(environment), "{environment:?}");
    }
    assert!(bindings(RECEIVER).iter().all(|binding| binding.kind != Kind::Namespace));
}

#[test]
fn knows_queues_by_the_ends_of_their_names() {
    let names = |roles| queues(roles).into_iter().map(|queue| queue.name).collect::<Vec<_>>();
    assert_eq!(names(DISPATCHER), ["express", "slow"]);
    assert_eq!(names(RECEIVER), ["inbox"]);
    assert_eq!(arrivals(RECEIVER), ["inbox", "inbox-dead"]);
    let cases = [
        ("heliograph-express", Some("express")),
        ("heliograph-dispatcher-express-dead", Some("express-dead")),
        ("acme-inbox-dead", Some("inbox-dead")),
        ("dead-slow", Some("slow")),
        ("express", None),
        ("ourexpress", None),
        ("heliograph-dead", None),
    ];
    for (queue, name) in cases {
        assert_eq!(short_name(queue), name, "{queue}");
    }
}

#[test]
fn takes_no_id_that_could_lead_elsewhere() {
    let id = "0f4d7f3e6d0c4c539a531f6f1d2b7c11";
    assert!(is_id(id));
    assert_eq!(arrival_key(id, "express"), format!("probes/{id}/express"));
    for wrong in ["", "0F4D7F3E6D0C4C539A531F6F1D2B7C11", "../f4d7f3e6d0c4c539a531f6f1d2b7c11", &id[1..]] {
        assert!(!is_id(wrong), "{wrong}");
    }
}
