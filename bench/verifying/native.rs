//! Whether the time that verification takes tells how much of a forged signature is right: `cargo bench --bench verifying`. Prints one
//! line of JSON a scheme and number of right bytes: nanoseconds, and Welch's t against a signature of which none is right. Beyond 4.5
//! either way a difference is more than noise; what is beyond it in the row `again` is what the machine adds by itself.

// Not part of the Worker: what goes wrong here may stop it.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used
)]

use std::{hint::black_box, time::Instant};

use base64::{Engine, engine::general_purpose::STANDARD};
use heliograph::core::{
    hash::MacKey,
    signature::{Secrets, SignatureHeaders, SigningKeys, verify},
    time::Timestamp,
};
use serde_json::json;

/// Samples of each class.
const SAMPLES: usize = 150_000;

/// What is slower than this share of all samples was interrupted.
const KEPT: f64 = 0.9;

/// How many bytes of the 32 are right; the first class is what the others are held against, and the second one is that again.
const CLASSES: [(&str, usize); 7] =
    [("0", 0), ("again", 0), ("1", 1), ("4", 4), ("16", 16), ("31", 31), ("32", 32)];

fn main() {
    let now = Timestamp::from_millis(1_795_251_600_000);
    let keys = SigningKeys::derive(&[7; 32]);
    let secrets = Secrets::parse(&format!("{},{}", keys.signing_secret, keys.hmac_key)).unwrap();
    let seconds = now.seconds().to_string();
    let secret = STANDARD.decode(keys.signing_secret.strip_prefix("whsec_").unwrap()).unwrap();
    let standard = MacKey::new(&secret);
    let helicone = keys.helicone_mac();

    let mut headers = SignatureHeaders {
        id: Some("msg_1".to_owned()),
        timestamp: Some(seconds.clone()),
        any_webhook_header: true,
        ..SignatureHeaders::default()
    };
    let sign = |body: &[u8]| standard.sign(&[b"msg_1.", seconds.as_bytes(), b".", body]);
    measure("standard", sign, |body, tag| {
        headers.signature = Some(format!("v1,{}", STANDARD.encode(tag)));
        let began = Instant::now();
        let verified = black_box(verify(black_box(&headers), body, &secrets, now));
        (began.elapsed().as_nanos(), verified.is_ok())
    });
    let mut headers = SignatureHeaders::default();
    measure(
        "helicone",
        |body| helicone.sign(&[body]),
        |body, tag| {
            headers.helicone = Some(hex::encode(tag));
            let began = Instant::now();
            let verified = black_box(verify(black_box(&headers), body, &secrets, now));
            (began.elapsed().as_nanos(), verified.is_ok())
        },
    );
    // What this would show of a comparison that ends at the first difference.
    measure(
        "naive comparison",
        |body| helicone.sign(&[body]),
        |body, tag| {
            let (expected, given) = (hex::encode(helicone.sign(&[body])), hex::encode(tag));
            let began = Instant::now();
            let is_same = black_box(is_same_so_far(black_box(&expected), black_box(&given)));
            (began.elapsed().as_nanos(), is_same)
        },
    );
}

fn is_same_so_far(a: &str, b: &str) -> bool {
    a.bytes().zip(b.bytes()).all(|(a, b)| black_box(a) == b)
}

/// Times signatures of all classes, in an order drawn by lot so that nothing that comes and goes falls on one of them. Each is over
/// another body: bytes that were right every time would be the same ones every time, and a processor learns to expect those.
fn measure(
    scheme: &str,
    sign: impl Fn(&[u8]) -> [u8; 32],
    mut time: impl FnMut(&[u8], &[u8; 32]) -> (u128, bool),
) {
    let mut lot = Lot(0x9e37_79b9_7f4a_7c15);
    let mut samples: Vec<Vec<f64>> = vec![Vec::with_capacity(SAMPLES); CLASSES.len()];
    for _ in 0..SAMPLES * CLASSES.len() {
        let class = (lot.draw() % CLASSES.len() as u64) as usize;
        let (_, count) = CLASSES[class];
        let body = format!("{{\"request_id\":\"{:016x}\"}}", lot.draw()).into_bytes();
        let mut tag = sign(&body);
        for (at, byte) in tag.iter_mut().enumerate().skip(count) {
            let drawn = lot.draw() as u8;
            // The first one behind those that are right is wrong for sure.
            *byte = if at == count && drawn == *byte { drawn ^ 1 } else { drawn };
        }
        let (nanos, is_taken) = time(&body, &tag);
        assert_eq!(is_taken, count == 32, "{scheme}");
        samples[class].push(nanos as f64);
    }
    let mut all: Vec<f64> = samples.concat();
    all.sort_by(f64::total_cmp);
    let most = all[(all.len() as f64 * KEPT) as usize];
    let classes: Vec<Moments> = samples.iter().map(|class| Moments::of(class, most)).collect();
    for ((class, _), moments) in CLASSES.iter().zip(&classes) {
        let t = moments.welch(&classes[0]);
        println!(
            "{}",
            json!({"scheme": scheme, "right bytes": class, "ns": round(moments.mean), "t": round(t), "samples": moments.count})
        );
    }
}

fn round(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

struct Moments {
    count: f64,
    mean: f64,
    variance: f64,
}

impl Moments {
    fn of(samples: &[f64], most: f64) -> Self {
        let kept: Vec<f64> = samples.iter().copied().filter(|nanos| *nanos <= most).collect();
        let count = kept.len() as f64;
        let mean = kept.iter().sum::<f64>() / count;
        let variance = kept.iter().map(|nanos| (nanos - mean).powi(2)).sum::<f64>() / (count - 1.0);
        Self { count, mean, variance }
    }

    fn welch(&self, other: &Self) -> f64 {
        (self.mean - other.mean) / (self.variance / self.count + other.variance / other.count).sqrt()
    }
}

/// Numbers by lot (xorshift), the same ones each time.
struct Lot(u64);

impl Lot {
    fn draw(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 8
    }
}
