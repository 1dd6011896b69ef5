//! Writes the API's description to where the Worker takes it from: `cargo run --example openapi`.

use std::{fs, io, path::Path};

use heliograph::description;

fn main() -> io::Result<()> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/dispatcher/api/openapi.json");
    fs::write(file, description::text())
}
