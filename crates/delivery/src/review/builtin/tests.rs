//! Rule sets as they are written in TOML, and what they make of messages.

use super::*;
use model::{AccountId, Id};

mod definitions;
mod links;
mod other_rules;
mod properties;
mod words;

const NOW: Monotonic = Monotonic::from_nanos(1_000_000_000_000);

/// The rule set with these rules.
fn compiled(rules: &str) -> Result<RuleSet, String> {
    let definition =
        toml::from_str(&format!("name = \"test\"\n{rules}")).map_err(|error| error.to_string())?;
    let file = |path: &Path| match path.to_str() {
        Some("list.txt") => Ok("\u{feff}# words\n\n  from file \r\nlast".to_owned()),
        Some("bad.txt") => Ok("good\nc++\n".to_owned()),
        _ => Err(io::ErrorKind::NotFound.into()),
    };
    RuleSet::compile(&definition, &file).map_err(|error| error.to_string())
}

fn rule(fields: &str) -> RuleSet {
    compiled(&format!("[[rule]]\n{fields}")).unwrap()
}

fn room() -> RoomKey {
    RoomKey { account: AccountId::parse("123456789012").unwrap(), id: Id::parse("AbCdEfGhIjKl").unwrap() }
}

/// What a rule set makes of a message that is the first ever.
fn review(set: &RuleSet, content: &str) -> Verdict {
    let said = Said { room: room(), user_id: "ann", content };
    set.review(&said, &RepeatMemory::new([1, 2]), NOW)
}

/// Whether each of the messages meets the rule.
fn check(set: &RuleSet, is_met: bool, messages: &[&str]) {
    for message in messages {
        assert_eq!(review(set, message) != Verdict::Allow, is_met, "{message}");
    }
}

/// What each message becomes; the same is allowed.
fn check_masked(set: &RuleSet, messages: &[(&str, &str)]) {
    for (message, masked) in messages {
        let expected = if message == masked { Verdict::Allow } else { Verdict::Masked((*masked).to_owned()) };
        assert_eq!(review(set, message), expected, "{message}");
    }
}

#[test]
fn the_first_rule_that_denies_ends_the_review_and_masks_gather() {
    let set = compiled(
        r#"
        [[rule]]
        kind = "words"
        words = ["darn"]
        action = "mask"
        [[rule]]
        kind = "regex"
        patterns = ['\*{4} you']
        reason = "The mask is seen."
        [[rule]]
        kind = "capitals"
        percent = 50
        action = "mask"
        [[rule]]
        kind = "words"
        words = ["never"]
        "#,
    )
    .unwrap();
    check_masked(&set, &[("darn it", "**** it"), ("DARN IT ALL", "**** it all"), ("fine", "fine"), ("", "")]);
    assert_eq!(review(&set, "darn you, never"), Verdict::Denied("The mask is seen.".into()));
    let usual = "The message contains words that are not allowed here.";
    assert_eq!(review(&set, "darn, NEVER"), Verdict::Denied(usual.into()));
    assert_eq!(review(&compiled("").unwrap(), "anything"), Verdict::Allow);
}

#[test]
fn a_phrase_that_a_mask_leaves_is_masked_too() {
    let set = rule(
        r#"kind = "words"
        words = ["nasty", "come here"]
        action = "mask""#,
    );
    check_masked(&set, &[("come nasty here", "***************"), ("come nice here", "come nice here")]);
    let fuse = rule(
        r#"kind = "regex"
        patterns = ['\*[a-z]', '^[a-z]']
        action = "mask""#,
    );
    // One more each round: it gives up, and nothing stays.
    check_masked(&fuse, &[("abcdefghijklmnop!", "*****************"), ("ab!", "**!")]);
}

#[test]
fn what_is_said_is_not_shown() {
    assert_eq!(format!("{:?}", Said { room: room(), user_id: "ann", content: "hush" }), "Said(***)");
}
