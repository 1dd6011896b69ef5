//! Events of types that an org describes itself: whether their `data` follows the schema, where there is one.

use std::cell::OnceCell;

use serde_json::{Map, Value};

use crate::core::{event::Event, field::FieldError, json_schema::Judge, org::OwnType};

/// How much of a path is told, in characters.
const MAX_PATH: usize = 200;

/// An org's own types, each schema prepared when the first event of a call asks for it.
pub(super) struct OwnTypes<'a> {
    types: Vec<(&'a OwnType, OnceCell<Option<Judge>>)>,
}

impl<'a> OwnTypes<'a> {
    pub fn new(types: &'a [OwnType]) -> Self {
        Self { types: types.iter().map(|own| (own, OnceCell::new())).collect() }
    }

    /// Refuses an event whose data departs from the schema of its type. What is beyond the bounds of judging is let in: nothing
    /// speaks against it.
    pub fn check(&self, event: &Event) -> Result<(), FieldError> {
        let Some((own, judge)) = self.types.iter().find(|(own, _)| own.name == event.event_type) else {
            return Ok(());
        };
        let Some(schema) = &own.schema else { return Ok(()) };
        let Some(judge) = judge.get_or_init(|| Judge::new(schema)) else { return Ok(()) };
        let data: Value = match &event.data {
            Some(data) => serde_json::from_str(data.as_str()).unwrap_or_default(),
            None => Map::new().into(),
        };
        let Some(departure) = judge.departure(&data) else { return Ok(()) };
        let path = match departure.path.is_empty() {
            true => "data".to_owned(),
            false => format!("data.{}", departure.path).chars().take(MAX_PATH).collect(),
        };
        let problem = match departure.missing.as_slice() {
            [] => format!("does not follow the schema of {}", own.name),
            names => format!("lacks {}, which the schema of {} requires", names.join(", "), own.name),
        };
        Err(FieldError::new(path, problem))
    }
}
