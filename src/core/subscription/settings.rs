//! What a client may set on a subscription, checked field by field, and how a change is merged into it.

pub mod bounds;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ContentMode, Criteria, Format, Oversize};
use crate::core::{
    api_version::ApiVersion,
    destination::{self, Policy},
    event::EventTypePattern,
    field::{self, FieldError},
    filter::{ContentFilter, PropertyFilter},
    json::whole,
    retry,
    shaping::FieldRules,
    signature::{SignatureScheme, SignatureSchemes},
};

/// The fields that can be set. `config` is Helicone's place for two of them.
const FIELDS: [&str; 20] = [
    "destination",
    "handshake",
    "config",
    "description",
    "metadata",
    "status",
    "eventTypes",
    "sampleRate",
    "propertyFilters",
    "filter",
    "includeData",
    "format",
    "contentMode",
    "oversize",
    "fields",
    "apiVersion",
    "retrySchedule",
    "timeoutMs",
    "rateLimit",
    "signatures",
];

const MAX_DESCRIPTION: usize = 1000;
const MAX_METADATA: usize = 50;
const MAX_METADATA_KEY: usize = 40;
const MAX_METADATA_VALUE: usize = 500;
const TIMEOUT_MS: std::ops::RangeInclusive<u64> = 1000..=120_000;
const RATE_LIMIT: std::ops::RangeInclusive<u64> = 1..=10_000;

/// Whether a subscription's deliveries are sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub enum Status {
    /// They are.
    #[default]
    Active,
    /// They are held: archived, listed in the history, and not queued.
    Paused,
}

/// Everything about a subscription that its owner decides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// The endpoint's URL in canonical form.
    pub destination: String,
    /// Whether the endpoint has to allow deliveries before it gets any.
    #[serde(default)]
    pub handshake: bool,
    /// For people.
    pub description: Option<String>,
    /// For programs: names and texts of the owner's own.
    pub metadata: Map<String, Value>,
    /// Whether deliveries are sent.
    pub status: Status,
    /// Which types; never empty: nothing asked for means `request.completed`, as Helicone sends.
    pub event_types: Vec<EventTypePattern>,
    /// Percent of the matching events, 0 to 100.
    pub sample_rate: f64,
    /// Conditions on custom properties, all of which must hold.
    pub property_filters: Vec<PropertyFilter>,
    /// A condition on the event's content, which must hold as well.
    pub filter: Option<ContentFilter>,
    /// Whether the URL of the full exchange, model, provider and metadata are sent along.
    pub include_data: bool,
    /// The shape of the body.
    pub format: Format,
    /// Where the attributes of a CloudEvent stand.
    #[serde(default)]
    pub content_mode: ContentMode,
    /// What becomes of bodies over 10 KB.
    pub oversize: Oversize,
    /// What of an event leaves; all of it where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<FieldRules>,
    /// The version pinned at creation.
    pub api_version: ApiVersion,
    /// Delays before the retries in seconds; the deployment's schedule where absent.
    pub retry_schedule: Option<Vec<u32>>,
    /// The deadline of one attempt in milliseconds; the deployment's where absent.
    pub timeout_ms: Option<u32>,
    /// How many attempts are made in a second at most; as many as come where absent.
    #[serde(default)]
    pub rate_limit: Option<u32>,
    /// What deliveries are signed with; Helicone's and `v1` unless said otherwise.
    pub signatures: SignatureSchemes,
}

impl Settings {
    /// Reads the fields of a new subscription. Fields that are given besides and are no settings (`others`) are allowed.
    pub fn read(fields: &Map<String, Value>, others: &[&str], policy: &Policy) -> Result<Self, FieldError> {
        refuse_unknown(fields, others)?;
        let Criteria { event_types, sample_rate, property_filters, filter } = Criteria::read(fields)?;
        Ok(Self {
            destination: destination(fields.get("destination"), policy)?,
            handshake: flag(fields, "handshake", false)?,
            description: description(fields.get("description"))?,
            metadata: metadata(fields.get("metadata"))?,
            status: choice(fields, "status", &[("active", Status::Active), ("paused", Status::Paused)])?,
            event_types,
            sample_rate,
            property_filters,
            filter,
            include_data: flag(fields, "includeData", true)?,
            format: choice(
                fields,
                "format",
                &[
                    ("helicone", Format::Helicone),
                    ("standard", Format::Standard),
                    ("cloudevents", Format::CloudEvents),
                ],
            )?,
            content_mode: choice(
                fields,
                "contentMode",
                &[("structured", ContentMode::Structured), ("binary", ContentMode::Binary)],
            )?,
            oversize: choice(
                fields,
                "oversize",
                &[("truncate", Oversize::Truncate), ("marker", Oversize::Marker)],
            )?,
            fields: match fields.get("fields") {
                None | Some(Value::Null) => None,
                Some(rules) => Some(FieldRules::parse(rules)?),
            },
            api_version: api_version(fields.get("apiVersion"))?,
            retry_schedule: retry_schedule(fields.get("retrySchedule"))
                .map_err(|problem| FieldError::new("retrySchedule", problem))?,
            timeout_ms: within(fields, "timeoutMs", TIMEOUT_MS, "milliseconds")?,
            rate_limit: within(fields, "rateLimit", RATE_LIMIT, "attempts in a second")?,
            signatures: signatures(fields.get("signatures"))?,
        })
    }

    /// These settings with a JSON merge patch (RFC 7396) applied: a member that is given replaces what is there, `metadata`
    /// merges, and null restores the default. A `filter` is replaced as a whole, and so are `fields`: half of one and half of another is neither. `others` as in [`Self::read`].
    pub fn patched(
        &self,
        patch: &Map<String, Value>,
        others: &[&str],
        policy: &Policy,
    ) -> Result<Self, FieldError> {
        // Before merging, which takes away every name whose value is null.
        refuse_unknown(patch, others)?;
        let mut merged = serde_json::to_value(self).unwrap_or_default();
        for name in ["sampleRate", "propertyFilters"] {
            // What is set in Helicone's place must not be hidden by what stands in ours.
            let in_config = patch.get("config").is_some_and(|config| config.get(name).is_some());
            if let (true, Some(fields)) = (in_config, merged.as_object_mut()) {
                fields.remove(name);
            }
        }
        let mut patch = patch.clone();
        let wholes = ["filter", "fields"].map(|name| (name, patch.remove(name)));
        json_patch::merge(&mut merged, &Value::Object(patch));
        for (name, whole) in wholes {
            if let (Some(whole), Some(fields)) = (whole, merged.as_object_mut()) {
                // Not by merging: that would take every null out of it, and with it a condition such as `{"user_id": null}`.
                fields.insert(name.to_owned(), whole);
            }
        }
        let fields = merged.as_object().ok_or_else(|| FieldError::new("", "must be a JSON object"))?;
        Self::read(fields, others, policy)
    }
}

fn refuse_unknown(fields: &Map<String, Value>, others: &[&str]) -> Result<(), FieldError> {
    let allowed: Vec<&str> = FIELDS.iter().chain(others).copied().collect();
    field::only(fields, &allowed)
}

fn api_version(value: Option<&Value>) -> Result<ApiVersion, FieldError> {
    match value {
        None | Some(Value::Null) => Ok(ApiVersion::NEWEST),
        Some(value) => value
            .as_str()
            .and_then(ApiVersion::parse)
            .ok_or_else(|| FieldError::new("apiVersion", format!("must be one of: {}", ApiVersion::names()))),
    }
}

fn signatures(value: Option<&Value>) -> Result<SignatureSchemes, FieldError> {
    let list = match value {
        None | Some(Value::Null) => return Ok(SignatureSchemes::default()),
        Some(value) => value.as_array().map(Vec::as_slice).unwrap_or_default(),
    };
    let mut schemes = Vec::new();
    for (at, name) in list.iter().enumerate() {
        let scheme = name.as_str().and_then(SignatureScheme::from_name).ok_or_else(|| {
            FieldError::new(format!("signatures[{at}]"), "must be one of: helicone, v1, v1a")
        })?;
        schemes.push(scheme);
    }
    SignatureSchemes::new(&schemes).map_err(|refusal| FieldError::new("signatures", refusal.to_string()))
}

fn description(value: Option<&Value>) -> Result<Option<String>, FieldError> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.chars().count() <= MAX_DESCRIPTION => Ok(Some(text.clone())),
        Some(_) => Err(FieldError::new(
            "description",
            format!("must be a string of at most {MAX_DESCRIPTION} characters"),
        )),
    }
}

fn metadata(value: Option<&Value>) -> Result<Map<String, Value>, FieldError> {
    let members = match value {
        None | Some(Value::Null) => return Ok(Map::new()),
        Some(Value::Object(members)) if members.len() <= MAX_METADATA => members,
        Some(_) => {
            return Err(FieldError::new(
                "metadata",
                format!("must be an object of at most {MAX_METADATA} members"),
            ));
        }
    };
    for (name, value) in members {
        let fits = value.as_str().is_some_and(|text| text.chars().count() <= MAX_METADATA_VALUE);
        if !fits || name.is_empty() || name.chars().count() > MAX_METADATA_KEY {
            let problem = format!(
                "must be a string of at most {MAX_METADATA_VALUE} characters under a name of 1 to {MAX_METADATA_KEY}"
            );
            let shown: String = name.chars().take(MAX_METADATA_KEY).collect();
            return Err(FieldError::new(format!("metadata.{shown}"), problem));
        }
    }
    Ok(members.clone())
}

fn flag(fields: &Map<String, Value>, name: &str, default: bool) -> Result<bool, FieldError> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(default),
        Some(value) => value.as_bool().ok_or_else(|| FieldError::new(name, "must be true or false")),
    }
}

fn within(
    fields: &Map<String, Value>,
    name: &str,
    range: std::ops::RangeInclusive<u64>,
    unit: &str,
) -> Result<Option<u32>, FieldError> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => whole(value)
            .filter(|number| range.contains(number))
            .and_then(|number| u32::try_from(number).ok())
            .map(Some)
            .ok_or_else(|| {
                let (least, most) = (range.start(), range.end());
                FieldError::new(name, format!("must be a whole number of {unit} from {least} to {most}"))
            }),
    }
}

fn destination(value: Option<&Value>, policy: &Policy) -> Result<String, FieldError> {
    let text = match value {
        Some(Value::String(text)) => text,
        None => return Err(FieldError::new("destination", "is required: the https:// URL of the endpoint")),
        Some(_) => return Err(FieldError::new("destination", "must be a string")),
    };
    destination::check(text, policy)
        .map(String::from)
        .map_err(|refusal| FieldError::new("destination", format!("{refusal} (reason: {})", refusal.code())))
}

fn retry_schedule(value: Option<&Value>) -> Result<Option<Vec<u32>>, String> {
    let list = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(list)) => list,
        Some(_) => return Err("must be a list of delays in seconds".to_owned()),
    };
    let delays: Option<Vec<u32>> =
        list.iter().map(|delay| whole(delay).and_then(|delay| u32::try_from(delay).ok())).collect();
    let delays = delays.ok_or("must be a list of whole seconds")?;
    retry::check_schedule(&delays)?;
    Ok(Some(delays))
}

fn choice<T: Copy + Default>(
    fields: &Map<String, Value>,
    name: &str,
    allowed: &[(&str, T)],
) -> Result<T, FieldError> {
    let value = match fields.get(name) {
        None | Some(Value::Null) => return Ok(T::default()),
        Some(value) => value.as_str(),
    };
    allowed.iter().find(|(text, _)| Some(*text) == value).map(|(_, choice)| *choice).ok_or_else(|| {
        let names: Vec<&str> = allowed.iter().map(|(text, _)| *text).collect();
        FieldError::new(name, format!("must be one of: {}", names.join(", ")))
    })
}
