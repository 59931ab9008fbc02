//! Parsing arbitrary text frames as actions: it never panics, it accepts nothing that is not one JSON object, and what
//! it accepts keeps to its limits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use model::MESSAGE_ATTRIBUTES_MAX_BYTES;
use wire::{Action, MAX_REQUEST_ID_BYTES, ParsedAction};

fuzz_target!(|input: &str| {
    let parsed = ParsedAction::parse(input);
    assert!(parsed.request_id.len() <= MAX_REQUEST_ID_BYTES);
    let Ok(action) = parsed.action else { return };
    assert!(parsed.kind.is_some());
    assert!(serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(input).is_ok());
    if let Action::SendMessage { content, attributes } = action {
        assert!(!content.is_empty());
        let pairs = attributes.iter().flat_map(|all| all.iter());
        let bytes: usize = pairs.map(|(key, value)| key.len() + value.len()).sum();
        assert!(bytes <= MESSAGE_ATTRIBUTES_MAX_BYTES);
    }
});
