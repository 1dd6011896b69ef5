//! Bodies of providers, streams among them: read without a word, and a whole that was put together is a whole.
#![no_main]

use heliograph::core::exchange::{Body, Exchange, assemble};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    look(&Exchange::read(text));
    look(&Exchange::new(Body::Absent, Body::from_text(text.to_owned())));
    if let Some(whole) = assemble::from_text(text) {
        assert!(whole.is_object(), "{text:?}: {whole}");
        // Never many times what came: nothing is told twice.
        assert!(whole.to_string().len() <= 64 * (text.len() + 64), "{text:?}");
    }
});

fn look(exchange: &Exchange) {
    let answers = exchange.answers();
    assert!(exchange.finish_reasons().len() <= answers.len());
    let _ = (
        exchange.messages(),
        exchange.completion_text(),
        exchange.tool_calls(),
        exchange.refusal(),
        exchange.error(),
    );
    let _ = (exchange.usage(), exchange.requested_schema(), exchange.model_asked(), exchange.model_served());
}
