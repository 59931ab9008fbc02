//! tidy: a list of like things
//! Top-level domains that people type without a scheme. Not all there are: of the long ones those in common use, which
//! for the others is no loss, since they are taken for links with a path, a port or `www.`.
//!
//! Source: ISO 3166 and IANA's Root Zone Database, as of November 2026.

/// What the last label of a name can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TopLevel {
    Known,
    /// A common English word, too: somebody forgot the blank after a full stop.
    AlsoAWord,
    Number,
    Unknown,
}

/// What this label is, in small letters.
pub(super) fn top_level(label: &str) -> TopLevel {
    let is_in = |list: &str| list.split_ascii_whitespace().any(|known| known == label);
    let is_number = label.bytes().all(|byte| byte.is_ascii_digit());
    match label.len() {
        _ if is_number => TopLevel::Number,
        _ if label.starts_with("xn--") => TopLevel::Known,
        2 if is_in(WORDS) => TopLevel::AlsoAWord,
        2 if is_in(COUNTRIES) => TopLevel::Known,
        3.. if is_in(GENERIC) || is_in(WIDE) => TopLevel::Known,
        _ => TopLevel::Unknown,
    }
}

const WORDS: &str = "am as at by do in is it my no so to us";

const COUNTRIES: &str = "
    ac ad ae af ag ai al ao aq ar aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw bz ca cc cd cf cg ch ci ck
    cl cm cn co cr cu cv cw cx cy cz de dj dk dm dz ec ee eg er es et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm
    gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im io iq ir je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb
    lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx mz na nc ne nf ng ni nl np nr
    nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn sr ss st
    su sv sx sy sz tc td tf tg th tj tk tl tm tn tr tt tv tw tz ua ug uk uy uz va vc ve vg vi vn vu wf ws ye yt za zm
    zw";

const GENERIC: &str = "
    academy actor adult aero agency app art arpa asia auction audio baby band bank bar bargains beauty beer berlin best
    bet bid bike bingo biz blog blue boo boutique buzz cab cafe cam camera camp cards care careers casa cash casino cat
    center charity chat cheap church city claims click clinic clothing cloud club codes coffee college com community
    company computer consulting cool coop coupons cricket cruises dance date dating day deals degree delivery design dev
    diamonds digital direct directory discount dog domains download earth edu email energy engineer equipment events
    exchange expert fail faith family fan fans farm fashion film finance fish fit flights foo foundation fun fund fyi
    gallery game games garden gay gift gifts gives glass global gmbh gold golf gov green gripe group guide guru hair
    haus health help holiday homes horse host hosting hot house how icu immo inc info ink institute int international
    investments jetzt jobs juegos kim kitchen land lat law lawyer lease legal lgbt life lighting limited link live
    llc loan loans lol london lotto love ltd luxe luxury makeup management market marketing mba media memorial men
    menu miami mil mobi mom money monster mov movie museum name navy net network news nexus ninja nyc one ong onion
    online ooo org page paris partners parts party pet phd photo photography photos pics pictures pink pizza plus
    poker porn post press pro productions prof promo properties property pub quest racing radio realty recipes red
    rehab rent repair report rest restaurant review reviews rich rip rocks rodeo run sale salon school science services
    sex sexy shoes shop shopping show singles site ski skin soccer social software solar solutions space sport store
    stream studio study style support surf systems tattoo tax taxi team tech technology tel tickets tips tires today
    tokyo tools top tours town toys trade trading training travel tube university uno vacations vegas ventures vet
    video villas vin vip vision vodka vote voyage wales wang watch webcam website wedding wiki win wine work works
    world wtf xxx xyz yoga you zip zone";

const WIDE: &str = "рф рус бел укр қаз мон срб ею бг мкд онлайн сайт орг ком дети москва 中国 中國 香港 台湾 台灣 公司 网络 网址
    网站 在线 商城 我爱你 한국 닷컴 닷넷 コム みんな 世界 ไทย भारत ভারত இந்தியா السعودية مصر امارات ایران قطر تونس فلسطين الجزائر المغرب سورية
    عمان العراق پاکستان موقع شبكة ישראל קום ελ ευ հայ გე";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_told_apart() {
        for (label, expected) in [
            ("com", TopLevel::Known),
            ("de", TopLevel::Known),
            ("xn--p1ai", TopLevel::Known),
            ("рф", TopLevel::Known),
            ("it", TopLevel::AlsoAWord),
            ("txt", TopLevel::Unknown),
            ("exe", TopLevel::Unknown),
            ("e", TopLevel::Unknown),
            ("xq", TopLevel::Unknown),
            ("4", TopLevel::Number),
        ] {
            assert_eq!(top_level(label), expected, "{label}");
        }
    }

    #[test]
    fn no_list_has_what_another_has() {
        let all: Vec<_> =
            [WORDS, COUNTRIES, GENERIC, WIDE].iter().flat_map(|list| list.split_ascii_whitespace()).collect();
        let unlike: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(unlike.len(), all.len());
    }
}
