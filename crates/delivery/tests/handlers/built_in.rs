//! Handlers that need no service.

use crate::house::{FELL_BACK, Fate, House, Plan, compile, out, room, uri};
use crate::log;
use delivery::{ReviewLabel, ReviewMap, ReviewSettings};
use engine::Refusal;
use model::FallbackResult;

const NAME: &str = "hubbub-builtin-basic";
const RULES: &str = r#"
    [[handler]]
    kind = "http"
    arn = "*"
    url = "http://127.0.0.1:9/"

    [[rules]]
    name = "basic"
    [[rules.rule]]
    kind = "words"
    words = ["spam"]
    reason = "no spam"
    [[rules.rule]]
    kind = "words"
    words = ["darn"]
    action = "mask"
"#;

#[test]
fn a_rule_set_allows_masks_and_denies_without_a_call() {
    // Not even a limit of none at once is in its way.
    let settings = ReviewSettings { at_once_per_room: 0, at_once: 0, ..ReviewSettings::default() };
    let house = House::new(NAME, &Plan { file: RULES, settings, ..Plan::default() });
    assert_eq!(house.say("hello"), out("hello"));
    assert!(matches!(house.say("oh darn"), Fate::Out(content, _) if !content.contains("darn")));
    assert_eq!(house.say("buy spam"), Fate::Refused(Refusal::DeniedByHandler(Some("no spam".into()))));
    let expected = [(ReviewLabel::Allow, 1), (ReviewLabel::Changed, 1), (ReviewLabel::Deny, 1)];
    assert_eq!(house.results(NAME), expected);
    assert_eq!(house.handlers.counters().breakers, []);
}

#[test]
fn a_built_in_arn_is_covered_by_its_rule_set_only() {
    let house = House::new(NAME, &Plan { file: RULES, ..Plan::default() });
    assert!(house.handlers.covers(&uri(NAME)));
    assert!(house.handlers.covers(&uri("any")));
    assert!(!house.handlers.covers(&uri("hubbub-builtin-missing")), "the wide mapping does not count");
    assert!(!house.handlers.covers(&model::ReviewHandlerUri::parse("").unwrap()));
    house.set_handler(room(0), &uri("hubbub-builtin-missing"), FallbackResult::Deny);
    assert_eq!(house.say("hello"), FELL_BACK);
    assert_eq!(house.results("hubbub-builtin-missing"), [(ReviewLabel::FallbackUnmapped, 1)]);
}

#[test]
fn a_rule_set_in_the_shadow_is_counted_and_decides_nothing_and_learns() {
    let rules = RULES.replace("name = \"basic\"", "name = \"basic\"\n    shadow = true");
    let repeated = "\n[[rules.rule]]\nkind = \"repeated_messages\"\nwindow_seconds = 60\nmost = 1\n";
    let name = "hubbub-builtin-basic";
    let file = rules + repeated;
    let house = House::new(name, &Plan { file: &file, ..Plan::default() });
    for content in ["zanzibar spam", "darn", "hello", "hello"] {
        assert_eq!(house.say(content), out(content));
    }
    assert_eq!(house.results(name), []);
    let shadow = house.counts(name).shadow;
    let results = [ReviewLabel::Allow, ReviewLabel::Changed, ReviewLabel::Deny].map(|it| shadow.result(it));
    assert_eq!((results, shadow.latencies.count()), ([1, 1, 2], 4));
    let sent = house.send(room(0), "zanzibar spam");
    log::wait_for(&["reviewed in the shadow", name, sent.id.as_str(), "would_be=\"deny\""]);
    assert_eq!(log::lines(&["zanzibar"]), Vec::<String>::new());
}

#[test]
fn rule_sets_reload() {
    let house = House::new(NAME, &Plan { file: RULES, ..Plan::default() });
    assert!(matches!(house.say("spam"), Fate::Refused(_)));
    house.handlers.replace(compile(&RULES.replace("\"spam\"", "\"ham\""), &[]).unwrap());
    assert_eq!(house.say("spam"), out("spam"));
    house.handlers.replace(ReviewMap::empty());
    assert_eq!(house.say("spam"), FELL_BACK);
}
