//! A webhook itself.

use super::Spec;

pub(super) const TYPES: [Spec; 1] = [Spec {
    name: "webhook.test",
    description: "Somebody tries a webhook out. It tells of nothing.",
    own: r#"{"properties": {"message": {"type": "string", "description": "For people."}}}"#,
    example: r#"{"data": {"message": "a test delivery"}}"#,
}];
