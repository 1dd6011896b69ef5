//! What to do about an endpoint that did not take a delivery, for the person who looks at the answer of a test.

use super::retry::{Failure, Outcome};

/// A sentence of advice; `None` where the delivery was taken.
pub fn advice(outcome: &Outcome) -> Option<&'static str> {
    let status = match outcome {
        Outcome::Failed(Failure::Timeout) => {
            return Some(
                "The endpoint did not answer in time. Acknowledge first and work afterwards, or raise timeoutMs.",
            );
        }
        Outcome::Failed(Failure::Dns) => {
            return Some(
                "The host name has no address; is it spelled right, and is its DNS record published?",
            );
        }
        Outcome::Failed(Failure::Refused) => {
            return Some("Nothing listens at that host and port, or a firewall turns us away.");
        }
        Outcome::Failed(Failure::Reset) => {
            return Some(
                "The endpoint broke the connection off before it had answered; its own log will say why.",
            );
        }
        Outcome::Failed(Failure::Tls) => {
            return Some(
                "No secure connection: is the certificate valid, for that host name, and sent with its whole chain?",
            );
        }
        Outcome::Failed(Failure::Redirect) => {
            return Some("Redirects are never followed; set the destination to the final URL.");
        }
        Outcome::Failed(Failure::Oversized) => {
            return Some("The reply is too large; an empty body is enough.");
        }
        Outcome::Failed(Failure::Internal) => {
            return Some("The request could not be made, which is not the endpoint's fault; try again.");
        }
        Outcome::Failed(Failure::Connection) => {
            return Some(
                "No connection: is the host name right, does the endpoint listen there, and is its TLS certificate valid?",
            );
        }
        Outcome::Failed(Failure::Blocked) => {
            return Some(
                "The destination is not allowed any more; set one with https and a host name that is public and resolves to public addresses.",
            );
        }
        Outcome::Answered { status, .. } => *status,
    };
    Some(match status {
        200..=299 => return None,
        300..=399 => "Redirects are never followed; set the destination to the final URL.",
        400 | 422 => {
            "The endpoint does not understand the delivery; does it expect another format (helicone or standard)?"
        }
        401 | 403 => {
            "The endpoint refused the delivery: does it verify the raw body, with this webhook's secret and the right header?"
        }
        404 => "There is nothing at that path; is the destination's path right?",
        405 => "The endpoint does not take POST at that path.",
        410 => "The endpoint says that it is gone for good; deliveries to it are given up at once.",
        413 => "The endpoint takes no bodies of that size; set includeData to false or oversize to truncate.",
        429 => "The endpoint is being called too often; its Retry-After is honoured.",
        500..=599 => "The endpoint failed; its own log will say why. Deliveries are tried again by schedule.",
        _ => "The endpoint did not answer 2xx, which alone counts as taken.",
    })
}
