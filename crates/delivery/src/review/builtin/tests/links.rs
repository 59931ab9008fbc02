//! Links: how they are hidden, and what is none.

use super::*;

const ALLOWED: &str = r#"kind = "links"
    allow_hosts = ["example.com", "*.example.org", "münchen.example", "10.0.0.1", "[::1]", "日本.example"]"#;

#[test]
fn links_elsewhere_are_found() {
    check(
        &rule(ALLOWED),
        true,
        &[
            "http://evil.net",
            "see https://evil.net/path?x=1.",
            "HTTPS://EVIL.NET",
            "ftp://evil.net",
            "//evil.net/",
            "www.evil.net",
            "www.evil.unheardof",
            "evil.net",
            "Evil.Net!",
            "(evil.net)",
            "evil.net/path",
            "evil.me",
            "evil.so/x",
            "evil.it:8080",
            "a.evil.it",
            "discord.gg/abc",
            "t.me/abc",
            "evil.unheardof/path",
            "evil.unheardof:443",
            "evil.net.",
            "go to evil.net, now",
            "evil.рф",
            "пример.рф",
            "xn--e1afmkfd.xn--p1ai",
            "evil.comを見て",
            "user@evil.net",
            "mailto:user@evil.net",
        ],
    );
}

#[test]
fn tricks_do_not_hide_the_host() {
    check(
        &rule(ALLOWED),
        true,
        &[
            "https://example.com@evil.net/",
            "https://example.com:secret@evil.net",
            "example.com@evil.net",
            "https://example.com\\@evil.net",
            "http:\\\\evil.net",
            "http:/evil.net",
            "https:///evil.net",
            "hxxp://evil.net",
            "hxxps[:]//evil[.]net",
            "evil[.]net",
            "evil(.)net",
            "evil {.} net",
            "evil[dot]net",
            "evil (dot) net",
            "evil dot net",
            "EVIL DOT NET",
            "ev\u{200b}il.n\u{ad}et",
            "ｅｖｉｌ．ｎｅｔ",
            "ⓔⓥⓘⓛ.ⓝⓔⓣ",
            "evil。net",
            "https://evil。net",
            "https://%65vil.net",
            "https://exampl%65.net",
            "https://еxample.com",
            "еxample.com",
            "https://example.com.evil.net",
            "https://notexample.com",
            "notexample.com",
            "https://example.org",
            "https://evilexample.org",
            "http://127.0.0.1/",
            "127.0.0.1",
            "http://2130706433",
            "http://0x7f.1/",
            "http://[::2]/",
            "http://10.0.0.1.evil.net",
            "steam://run/1",
            "приветhttps://evil.net",
            "https://example.com/https://evil.net",
            "https://example.com evil.net",
            "https://example.com\"evil.net",
            "https://example.com,evil.net",
            "https://xn--e1afmkfd.com",
            "example.com:80@evil.net",
            "example.com:x@evil.net",
            "example.com\\@evil.net",
            "http://localhost",
        ],
    );
}

#[test]
fn where_programs_disagree_on_the_host_it_is_none() {
    check(
        &rule(ALLOWED),
        true,
        &[
            "https://evil.net\\@example.com",
            "https://evil.net\\@example.com/",
            "https://evil.net\\.example.org/",
            "https://evil.net\\a.example.org/",
            "https://example.com\\x",
            "https://example.com'@evil.net/",
            "https://example.com'@evil.unheardof",
            "https://example.com\"@evil.unheardof",
            "https://example.com<@evil.unheardof",
            "https://example.com\u{2019}@evil.unheardof",
            "https://evil.unheardof\u{1}.example.org",
            "https://evil.unheardof\u{1}@example.com",
            "https://evil.unheardof\u{7f}@example.com/",
            "https://evil.net\u{200b}.example.org",
            "evil.net\u{200b}.example.org",
            "https://example.com\u{ff0f}@evil.unheardof",
            "https://example.com\u{ff1f}@evil.unheardof",
            "https://evil.net\u{ff20}example.com",
            "https://example.com\u{2100}@evil.unheardof",
            "https://evil.net%2f.example.org",
            "https://evil.unheardof%40a.example.org",
        ],
    );
}

#[test]
fn what_stands_behind_an_allowed_link_is_looked_at() {
    check(
        &rule(ALLOWED),
        true,
        &[
            "https://example.com/'evil.net",
            "https://example.com/a|evil.net",
            "https://example.com/a`evil.net",
            "https://example.com/\\evil.net",
            "https://example.com/{evil.net}",
            "example.com/a'evil.net",
            "\"https://example.com/\"evil.net",
            "<https://example.com>evil.net",
        ],
    );
    check(
        &rule(ALLOWED),
        false,
        &[
            "\"https://example.com\"",
            "<https://example.com>",
            "'https://example.com/a.net'",
            "it's https://example.com",
        ],
    );
}

#[test]
fn allowed_hosts_are_allowed_however_they_are_written() {
    check(
        &rule(ALLOWED),
        false,
        &[
            "https://example.com",
            "http://EXAMPLE.com:8080/evil.net?u=evil.net",
            "example.com",
            "www.example.com",
            "example.com/path/evil.net",
            "example.com.",
            "(https://example.com)",
            "ｅxample．com",
            "https://user:pw@example.com/",
            "a.example.org",
            "https://a.b.example.org/",
            "https://MÜNCHEN.example/",
            "https://xn--mnchen-3ya.example",
            "https://mu\u{308}nchen.example",
            "http://10.0.0.1:80/",
            "10.0.0.1",
            "http://[::1]:80/",
            "https://日本.example/",
            "hxxps://example[.]com",
            "https://example.com, and more",
            "https://ex%61mple.com/",
        ],
    );
}

#[test]
fn plain_talk_is_no_link() {
    check(
        &rule(ALLOWED),
        false,
        &[
            "",
            "hello",
            "e.g. this",
            "i.e. that",
            "wait...what",
            "3.14",
            "1.000.000",
            "v1.2.3",
            "10:30",
            "a: b",
            "I like it.so do I",
            "yes.no",
            "end.It was",
            "and/or",
            "me @ home",
            "ann@home",
            "notes.txt",
            "file.exe",
            "U.S.A.",
            "a.m.",
            "... .. .",
            "dot dot dot",
            "connect the dots",
            "polka dot dress",
            "ratio 1:2",
            "note://",
            "http://",
            "http: what",
            "50%.",
            "日本。東京",
            "1.2.3.4.5",
            "999.1.1.1",
            ":-/ x",
            "C:\\dir",
            "foo.bar_baz",
        ],
    );
    // Known false alarms: names of files and of programs that end as countries do; a sentence without a blank before a
    // word that is also a domain; an allowed host that Japanese text runs into.
    check(
        &rule(ALLOWED),
        true,
        &["readme.md", "main.rs", "Node.js is a.pl", "great.Love it", "見てexample.com", "ver. 1.2.3.4"],
    );
    // Known and not caught: what a reader has to put together.
    check(
        &rule(ALLOWED),
        false,
        &[
            "evil . net",
            "evil .net",
            "e v i l . n e t",
            "evil,net",
            "evil.so",
            "evil net",
            "evil d0t net",
            "evil.unheardof",
        ],
    );
}

#[test]
fn whole_links_are_masked() {
    check_masked(
        &rule(&format!("{ALLOWED}\naction = \"mask\"")),
        &[
            ("see https://evil.net/a?b#c now", "see ********************** now"),
            ("evil.net, ok", "********, ok"),
            ("evil [.] net/x!", "***************"),
            ("a ｅvil。net b", "a ******** b"),
            ("example.com evil.net", "example.com ********"),
            ("evil.comを見て", "********を見て"),
            ("example.com", "example.com"),
        ],
    );
}
