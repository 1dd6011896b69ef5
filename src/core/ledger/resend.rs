//! Which of two resends of one delivery counts.

/// Whether a message's resend begins a new round of a delivery whose present round is of the resend `known`. An older one does
/// not: two that overlap would otherwise begin one round after another for ever.
pub fn begins_round(resend: Option<&str>, known: Option<&str>) -> bool {
    // Marks are in the order of time (see `ids::resend`), and none comes before any.
    resend > known
}
