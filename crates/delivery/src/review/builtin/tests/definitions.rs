//! What a definition may say, and how it is told what is wrong.

use super::*;

#[test]
fn errors_name_the_place() {
    let many = |count: usize, item: &str| vec![format!("\"{item}\""); count].join(",");
    let words = |fields: &str| format!("[[rule]]\nkind=\"words\"\n{fields}");
    let regex = |fields: &str| format!("[[rule]]\nkind=\"regex\"\n{fields}");
    let second = |rule: String| format!("[[rule]]\nkind=\"links\"\n{rule}");
    for (rules, error) in [
        (words(""), "rule[0].words: is empty"),
        (words("words=['a','']"), "rule[0].words[1]: holds neither"),
        (words("words=['...']"), "rule[0].words[0]: holds neither"),
        (second(words("words=['c++']")), "rule[1].words[0]: holds `+`"),
        (words(&format!("words=['{}']", "a".repeat(101))), "rule[0].words[0]: must have 1 to 100"),
        (words(&format!("words=[{}]", many(100_001, "a"))), "rule[0].words[100000]: too many"),
        (words(&format!("words=[{}]", many(10_001, &"a".repeat(100)))), "rule[0].words[10000]: too large"),
        (words("file='bad.txt'"), "rule[0].file, line 2: holds `+`"),
        (words("file='none.txt'"), "rule[0].file: cannot be read"),
        (words("words=['a']\nmask_with='ab'"), "rule[0].mask_with"),
        (words("words=['a']\nmask_with='x'"), "rule[0].mask_with"),
        (words("words=['a']\nmask_with='$'"), "rule[0].mask_with"),
        (words("words=['a']\nmask_with=''"), "rule[0].mask_with"),
        (words("words=['a']\nreason=''"), "rule[0].reason: must have 1 to 500"),
        (words(&format!("words=['a']\nreason='{}'", "é".repeat(501))), "rule[0].reason: must have 1 to 500"),
        (regex(""), "rule[0].patterns: is empty"),
        (regex("patterns=['a','(']"), "rule[0].patterns[1]: not a regular expression"),
        (regex("patterns=['a','(?=b)']"), "rule[0].patterns[1]: not a regular expression"),
        (regex("patterns=['a','b*']"), "rule[0].patterns[1]: matches the empty text"),
        (regex("patterns=['(\\w{100}){100}{100}']"), "rule[0].patterns"),
        (regex(&format!("patterns=[{}]", many(1_001, "a"))), "rule[0].patterns: too many"),
        (regex(&format!("patterns=['{}']", "a".repeat(1_001))), "rule[0].patterns[0]: must have 1 to 1000"),
        (
            "[[rule]]\nkind='links'\nallow_hosts=['a.b','https://x.y']".into(),
            "rule[0].allow_hosts[1]: not a host",
        ),
        ("[[rule]]\nkind='links'\nallow_hosts=['*']".into(), "rule[0].allow_hosts[0]: not a host"),
        ("[[rule]]\nkind='links'\nallow_hosts=['']".into(), "rule[0].allow_hosts[0]: not a host"),
        ("[[rule]]\nkind='repeated_characters'\nmost=0".into(), "rule[0].most: must be between 1"),
        ("[[rule]]\nkind='capitals'\npercent=101".into(), "rule[0].percent: must be between 0 and 100"),
        ("[[rule]]\nkind='repeated_messages'\nwindow_seconds=0\nmost=1".into(), "rule[0].window_seconds"),
        ("[[rule]]\nkind='repeated_messages'\nwindow_seconds=1\nmost=101".into(), "rule[0].most"),
        (
            "[[rule]]\nkind='repeated_messages'\nwindow_seconds=1\nmost=1\naction='mask'".into(),
            "rule[0].action: this kind of rule can only deny",
        ),
        ("[[rule]]\nkind='capitals'\npercent=1\n".repeat(65), "rule: too many"),
    ] {
        let found = compiled(&rules).unwrap_err();
        assert!(found.starts_with(error), "{error}: {found}");
    }
}

#[test]
fn unknown_kinds_and_fields_are_refused() {
    for rules in [
        "[[rule]]\nkind='sounds'",
        "[[rule]]\nkind='links'\nhosts=[]",
        "[[rule]]\nkind='capitals'\npercent=1\nmask_with='*'",
        "[[rule]]\nkind='repeated_characters'",
        "[[rule]]\nkind='words'\nwords=['a']\nfold=['rot13']",
        "[[rule]]\nwords=['a']",
        "rules=[]",
    ] {
        assert!(compiled(rules).is_err(), "{rules}");
    }
}

#[test]
fn names_are_those_of_functions() {
    let compile = |name: &str| {
        let definition = RuleSetDefinition { name: name.to_owned(), shadow: false, rule: Vec::new() };
        RuleSet::compile(&definition, &|_| Ok(String::new())).is_ok()
    };
    for (name, is_name) in
        [("a", true), ("A-z_09", true), ("", false), ("a b", false), ("ä", false), ("a:1", false)]
    {
        assert_eq!(compile(name), is_name, "{name}");
    }
    assert!(compile(&"a".repeat(64)) && !compile(&"a".repeat(65)));
}

#[test]
fn the_largest_list_compiles() {
    let list: String = (0..100_000).map(|number: u32| format!("w{number:09}\n")).collect();
    let definition = RuleSetDefinition {
        name: "large".into(),
        shadow: false,
        rule: vec![RuleDefinition::Words(WordsDefinition {
            file: Some("list".into()),
            ..WordsDefinition::default()
        })],
    };
    let set = RuleSet::compile(&definition, &|_| Ok(list.clone())).unwrap();
    check(&set, true, &["a w000099999!"]);
    check(&set, false, &["a w000100000!"]);
}
