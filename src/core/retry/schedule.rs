//! The delays between attempts.

/// Standard Webhooks' schedule: the delay before attempt 2, 3, …, in seconds. 75 h 35 min in all.
pub const DEFAULT_SCHEDULE: [u32; 9] = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// The longest delay that a queue takes: 24 hours.
pub const MAX_DELAY_SECONDS: u32 = 86_400;

/// How many retries a schedule may hold: a queue redelivers a message at most 100 times.
pub const MAX_RETRIES: usize = 50;

/// Delays are moved by up to this share either way, so that what failed together does not come back together.
pub const JITTER: f64 = 0.2;

/// A delay moved by a random number from 0 (20 % sooner) to 1 (20 % later), in seconds, at most [`MAX_DELAY_SECONDS`]:
/// what would come after a day comes after exactly one. A number that is none leaves it as it is.
pub fn jittered(delay: u32, jitter: f64) -> u32 {
    let jitter = if jitter.is_nan() { 0.5 } else { jitter.clamp(0.0, 1.0) };
    let moved = f64::from(delay) * (1.0 + JITTER * (2.0 * jitter - 1.0));
    (moved.round() as u32).min(MAX_DELAY_SECONDS)
}

/// Reads a schedule from a setting such as `5,300,1800`; the error says what is allowed.
pub fn parse_schedule(setting: &str) -> Result<Vec<u32>, String> {
    let delays: Option<Vec<u32>> = setting.split(',').map(|delay| delay.trim().parse().ok()).collect();
    match delays {
        Some(delays) => check_schedule(&delays).map(|()| delays),
        None => Err("must be whole seconds separated by commas, such as 5,300,1800".to_owned()),
    }
}

/// Whether a schedule is within its bounds; the error names the bound.
pub fn check_schedule(delays: &[u32]) -> Result<(), String> {
    if delays.len() > MAX_RETRIES {
        return Err(format!("may hold at most {MAX_RETRIES} delays"));
    }
    if delays.iter().any(|delay| *delay > MAX_DELAY_SECONDS) {
        return Err(format!("may hold delays of at most {MAX_DELAY_SECONDS} seconds"));
    }
    Ok(())
}
