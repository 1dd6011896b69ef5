//! What an exporter is answered: `ExportTraceServiceResponse`, or `google.rpc.Status`, in the encoding that it sent.

use serde_json::json;

use super::Encoding;
use crate::core::intake::Rejection;

/// How many rejections are spelt out.
const SHOWN: usize = 5;

/// The body of a success: empty where all was taken, else how many spans were not, and what is wrong with the first of them.
pub fn exported(rejected: &[Rejection], encoding: Encoding) -> Vec<u8> {
    if rejected.is_empty() {
        return match encoding {
            Encoding::Json => b"{}".to_vec(),
            Encoding::Protobuf => Vec::new(),
        };
    }
    let shown: Vec<&str> = rejected.iter().take(SHOWN).map(|one| one.error.as_str()).collect();
    let more = rejected.len().saturating_sub(SHOWN);
    let rest = if more > 0 { format!("; and {more} more") } else { String::new() };
    let message = format!("{}{rest}", shown.join("; "));
    let count = rejected.len();
    match encoding {
        Encoding::Json => {
            let partial = json!({"rejectedSpans": count.to_string(), "errorMessage": message});
            json!({"partialSuccess": partial}).to_string().into_bytes()
        }
        Encoding::Protobuf => {
            let mut partial = Vec::new();
            number(1, count as u64, &mut partial);
            bytes(2, message.as_bytes(), &mut partial);
            let mut response = Vec::new();
            bytes(1, &partial, &mut response);
            response
        }
    }
}

/// The body of a refusal, by the HTTP status that it is answered with.
pub fn refused(http_status: u16, message: &str, encoding: Encoding) -> Vec<u8> {
    let code = code_of(http_status);
    match encoding {
        Encoding::Json => json!({"code": code, "message": message}).to_string().into_bytes(),
        Encoding::Protobuf => {
            let mut status = Vec::new();
            number(1, code, &mut status);
            bytes(2, message.as_bytes(), &mut status);
            status
        }
    }
}

/// gRPC's code for an HTTP status.
fn code_of(http_status: u16) -> u64 {
    match http_status {
        401 => 16,      // UNAUTHENTICATED
        403 => 7,       // PERMISSION_DENIED
        413 | 429 => 8, // RESOURCE_EXHAUSTED
        400..=499 => 3, // INVALID_ARGUMENT
        503 => 14,      // UNAVAILABLE
        _ => 13,        // INTERNAL
    }
}

fn number(field: u64, value: u64, out: &mut Vec<u8>) {
    varint(field << 3, out);
    varint(value, out);
}

fn bytes(field: u64, value: &[u8], out: &mut Vec<u8>) {
    varint(field << 3 | 2, out);
    varint(value.len() as u64, out);
    out.extend_from_slice(value);
}

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
