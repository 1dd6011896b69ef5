//! What is found in a text is replaced.

use super::{
    detect::{Finding, findings},
    report::Report,
    rules::{FieldRules, HIDDEN},
};

/// How often a text is looked at again. Once is enough unless a detector is wrong about what stands before and behind.
const ROUNDS: usize = 3;

/// What is left of a text that is sent in a header, by the names that its field may have; `None` where it does not leave.
pub fn in_header(text: &str, names: &[&str], rules: &FieldRules) -> Option<String> {
    let left = || plain(text, rules, &mut Report::default()).unwrap_or_else(|| text.to_owned());
    rules.lets_go(names).then(left)
}

/// A text that is no JSON, or not only, with all that is found in it replaced; `None` where that is nothing.
pub(super) fn plain(text: &str, rules: &FieldRules, report: &mut Report) -> Option<String> {
    let wanted = rules.detectors;
    if wanted.is_empty() {
        return None;
    }
    let decoded = unescaped(text);
    let (source, found) = match decoded.as_deref().map(|text| (text, findings(text, wanted))) {
        Some((decoded, found)) if !found.is_empty() => (decoded, found),
        _ => (text, findings(text, wanted)),
    };
    if found.is_empty() {
        return None;
    }
    let mut out = replaced(source, &found, rules, report);
    for _ in 0..ROUNDS {
        let found = findings(&out, wanted);
        if found.is_empty() {
            return Some(out);
        }
        out = replaced(&out, &found, rules, report);
    }
    Some(HIDDEN.to_owned())
}

fn replaced(text: &str, found: &[Finding], rules: &FieldRules, report: &mut Report) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for finding in found {
        out.push_str(text.get(from..finding.start).unwrap_or_default());
        out.push_str(rules.marker(finding.detector));
        report.note_found(finding.detector);
        from = finding.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// A text in which JSON's escapes of letters, digits and the signs that data is made of are read: of a stream's lines, of JSON that was
/// cut. `None` where it holds none.
fn unescaped(text: &str) -> Option<String> {
    if !text.contains("\\u00") {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split("\\u00");
    out.push_str(parts.next()?);
    for part in parts {
        let code = part.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).map(char::from);
        let is_plain = |char: &char| char.is_ascii_alphanumeric() || "@.+-_: ()%".contains(*char);
        match code.filter(is_plain) {
            Some(char) => {
                out.push(char);
                out.push_str(part.get(2..).unwrap_or_default());
            }
            None => {
                out.push_str("\\u00");
                out.push_str(part);
            }
        }
    }
    Some(out)
}
