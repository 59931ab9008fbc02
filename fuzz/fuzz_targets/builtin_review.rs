//! Built-in rule sets of arbitrary words, expressions and hosts on arbitrary messages: no panic, no mask that
//! lengthens, nothing that a second look would mask once more, and nothing masked that would not be denied.
#![no_main]

use delivery::{
    Action, CapitalsDefinition, Fold, LinksDefinition, Matching, RegexDefinition, RepeatMemory,
    RepeatedCharactersDefinition, RepeatedMessagesDefinition, RuleDefinition, RuleSet, RuleSetDefinition,
    Said, Verdict, WordsDefinition,
};
use libfuzzer_sys::fuzz_target;
use model::{AccountId, Id, Monotonic, RoomKey};

/// Five parts, parted by NUL: flags, words, an expression, a host, and the message.
struct Case<'a> {
    flags: u8,
    words: Vec<String>,
    pattern: &'a str,
    host: &'a str,
    message: &'a str,
}

impl<'a> Case<'a> {
    fn read(input: &'a str) -> Option<Self> {
        let mut parts = input.splitn(5, '\0');
        let flags = parts.next()?.bytes().next().unwrap_or_default();
        let words = parts.next()?.split(',').map(str::to_owned).collect();
        Some(Self { flags, words, pattern: parts.next()?, host: parts.next()?, message: parts.next()? })
    }

    fn has(&self, flag: u8) -> bool {
        self.flags & 1 << flag != 0
    }

    fn rules(&self, action: Action) -> [RuleDefinition; 5] {
        let folds = [(0, Fold::Leetspeak), (1, Fold::Confusables)];
        let words = WordsDefinition {
            words: self.words.clone(),
            matching: if self.has(2) { Matching::Substring } else { Matching::WholeWord },
            fold: folds.into_iter().filter(|(flag, _)| self.has(*flag)).map(|(_, fold)| fold).collect(),
            action,
            ..WordsDefinition::default()
        };
        let regex = RegexDefinition {
            patterns: vec![self.pattern.to_owned()],
            case_insensitive: self.has(3),
            action,
            ..RegexDefinition::default()
        };
        let links =
            LinksDefinition { allow_hosts: vec![self.host.to_owned()], action, ..LinksDefinition::default() };
        let most = u32::from(self.flags >> 4);
        let rows = RepeatedCharactersDefinition { most, action, reason: None, mask_with: None };
        let capitals = CapitalsDefinition { percent: most * 6, least_letters: most, action, reason: None };
        [
            RuleDefinition::Words(words),
            RuleDefinition::Regex(regex),
            RuleDefinition::Links(links),
            RuleDefinition::RepeatedCharacters(rows),
            RuleDefinition::Capitals(capitals),
        ]
    }
}

fn compile(rule: Vec<RuleDefinition>) -> Option<RuleSet> {
    let definition = RuleSetDefinition { name: "fuzz".into(), rule };
    let set = RuleSet::compile(&definition, &|_| Err(std::io::ErrorKind::NotFound.into()));
    set.map_err(|error| assert!(error.to_string().starts_with("rule["), "{error}")).ok()
}

fn review(set: &RuleSet, content: &str) -> Verdict {
    let (Ok(account), Ok(id)) = (AccountId::parse("123456789012"), Id::parse("AbCdEfGhIjKl")) else {
        unreachable!("both are as they must be")
    };
    let said = Said { room: RoomKey { account, id }, user_id: "ann", content };
    let memory = RepeatMemory::new([1, 2]);
    let verdict = set.review(&said, &memory, Monotonic::default());
    if let Verdict::Masked(masked) = &verdict {
        assert_ne!(masked, content);
        assert!((1..=content.chars().count()).contains(&masked.chars().count()), "{content:?} {masked:?}");
    }
    verdict
}

fuzz_target!(|input: &str| {
    let Some(case) = Case::read(input) else { return };
    let (masking, denying) = (case.rules(Action::Mask), case.rules(Action::Deny));
    for (mask, deny) in masking.iter().zip(denying) {
        let (Some(masking), Some(denying)) = (compile(vec![mask.clone()]), compile(vec![deny])) else {
            continue;
        };
        if let Verdict::Masked(masked) = review(&masking, case.message) {
            assert_eq!(review(&masking, &masked), Verdict::Allow, "{:?} {masked:?}", case.message);
            assert!(matches!(review(&denying, case.message), Verdict::Denied(_)), "{:?}", case.message);
        }
    }
    let once = RepeatedMessagesDefinition { window_seconds: 1, most: 1, action: Action::Deny, reason: None };
    let all = masking.into_iter().chain([RuleDefinition::RepeatedMessages(once)]).collect();
    if let Some(set) = compile(all) {
        assert!(!matches!(review(&set, case.message), Verdict::Denied(_)));
    }
});
