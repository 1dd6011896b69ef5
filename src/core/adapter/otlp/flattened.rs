//! Lists and objects that an instrumentation has taken apart into attributes of their own: `llm.input_messages.0.message.role`.

use serde_json::{Map, Value};

use super::span::Attributes;

/// How many parts of a name are taken apart; what is behind them is one.
const MAX_PARTS: usize = 10;

/// What stands below a prefix, as objects within objects. The elements of a list are members whose names are numbers.
pub(super) fn tree(attributes: &Attributes, prefix: &str) -> Map<String, Value> {
    let mut tree = Map::new();
    for (name, value) in attributes.below(prefix) {
        put(&mut tree, name, value, MAX_PARTS);
    }
    tree
}

fn put(into: &mut Map<String, Value>, name: &str, value: &Value, parts: usize) {
    match name.split_once('.').filter(|_| parts > 1) {
        Some((head, rest)) => {
            let inner = into.entry(head).or_insert_with(|| Value::Object(Map::new()));
            // An attribute of the same name, without parts below it, came first.
            if let Value::Object(inner) = inner {
                put(inner, rest, value, parts.saturating_sub(1));
            }
        }
        None => {
            into.entry(name).or_insert_with(|| value.clone());
        }
    }
}

/// The elements of a list, in order.
pub(super) fn elements(tree: &Map<String, Value>) -> Vec<&Map<String, Value>> {
    let numbered =
        tree.iter().filter_map(|(name, value)| Some((name.parse::<u32>().ok()?, value.as_object()?)));
    let mut numbered: Vec<_> = numbered.collect();
    numbered.sort_by_key(|(at, _)| *at);
    numbered.into_iter().map(|(_, element)| element).collect()
}

/// The elements of a list that is a member.
pub(super) fn list<'t>(tree: &'t Map<String, Value>, name: &str) -> Vec<&'t Map<String, Value>> {
    tree.get(name).and_then(Value::as_object).map(elements).unwrap_or_default()
}
