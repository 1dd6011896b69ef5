//! What the core makes of inputs, for the suites that hold it against other implementations (tests/conformance):
//! `cargo run --example conformance -- SUBJECT` reads a JSON value a line and writes what becomes of it, a line each.

mod bodies;
mod signatures;
mod texts;

use std::{
    env, io,
    io::{BufRead, Write},
};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// What is made of one line.
type Answer = Result<Value, serde_json::Error>;

fn main() -> io::Result<()> {
    let subject = env::args().nth(1).unwrap_or_default();
    let answer: fn(&str) -> Answer = match subject.as_str() {
        "bodies" => |line| typed(line, bodies::emitted),
        "destination" => |line| typed(line, texts::destination),
        "json" => |line| typed(line, texts::json),
        "number" => |line| typed(line, texts::number),
        "reading" => |line| typed(line, texts::reading),
        "retry-after" => |line| typed(line, texts::retry_after),
        "sign" => |line| typed(line, signatures::sign),
        "verify" => |line| typed(line, signatures::verified),
        _ => return Err(io::Error::other(format!("no such subject: '{subject}'"))),
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        writeln!(out, "{}", answer(&line?)?)?;
    }
    out.flush()
}

fn typed<I: DeserializeOwned, O: Serialize>(line: &str, answer: fn(I) -> O) -> Answer {
    serde_json::to_value(answer(serde_json::from_str(line)?))
}
