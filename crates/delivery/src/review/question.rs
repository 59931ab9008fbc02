//! What a handler is asked: the event of AWS's message review handlers, as JSON.
//!
//! Source: user guide, "Chat Message Review Handler", "Request Syntax".

use engine::{Identity, ReviewRequest};
use model::{Attributes, Region, RoomArn};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use std::net::IpAddr;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Question<'a> {
    content: &'a str,
    message_id: &'a str,
    room_arn: &'a str,
    attributes: Pairs<'a>,
    sender: Sender<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Sender<'a> {
    attributes: Option<&'a RawValue>,
    user_id: &'a str,
    ip: IpAddr,
}

struct Pairs<'a>(Option<&'a Attributes>);

impl Serialize for Pairs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (key, value) in self.0.into_iter().flat_map(Attributes::iter) {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// The question about one message.
pub(super) fn render(request: &ReviewRequest, region: &Region) -> Vec<u8> {
    let arn = RoomArn::of(region, request.room);
    let sender = &request.draft.sender;
    let question = Question {
        content: &request.draft.content,
        message_id: request.message_id.as_str(),
        room_arn: arn.as_str(),
        attributes: Pairs(request.draft.attributes.as_ref()),
        sender: Sender {
            attributes: attributes_of(sender),
            user_id: sender.user_id().as_str(),
            // An IPv4 client of a dual-stack socket has an IPv6 address that nobody knows it by.
            ip: sender.ip().to_canonical(),
        },
    };
    // Strings and maps of strings can always be written.
    serde_json::to_vec(&question).unwrap_or_default()
}

/// The attributes of the token, out of the member that was written when it was opened.
fn attributes_of(sender: &Identity) -> Option<&RawValue> {
    #[derive(Deserialize)]
    struct Rendered<'a> {
        #[serde(rename = "Attributes", borrow)]
        attributes: &'a RawValue,
    }
    serde_json::from_str(sender.rendered().get()).ok().map(|Rendered { attributes }| attributes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::{Draft, RoomReview};
    use model::{
        AccountId, Capabilities, FallbackResult, Id, Monotonic, Now, ReviewHandlerUri, RoomKey, Timestamp,
        UserId,
    };
    use std::sync::Arc;

    fn request(
        ip: &str,
        own: &[(&str, &str)],
        attributes: Option<&[(&str, &str)]>,
        content: &str,
    ) -> ReviewRequest {
        let parse = |pairs: &[(&str, &str)]| Attributes::parse(pairs.iter().copied(), 1024).unwrap();
        let user_id = UserId::parse("ann\"").unwrap();
        let sender = Identity::new(user_id, &parse(own), Capabilities::from_bits(1), ip.parse().unwrap());
        ReviewRequest {
            room: RoomKey {
                account: AccountId::parse("123456789012").unwrap(),
                id: Id::parse("AAAAAAAAAAAA").unwrap(),
            },
            review: Arc::new(RoomReview {
                handler: ReviewHandlerUri::parse("arn:aws:lambda:r:123456789012:function:f").unwrap(),
                fallback: FallbackResult::Allow,
            }),
            message_id: Id::parse("BBBBBBBBBBBB").unwrap(),
            draft: Arc::new(Draft {
                sender: Arc::new(sender),
                content: content.into(),
                attributes: attributes.map(parse),
            }),
            maximum_message_length: 500,
            under_review: 1,
            asked_at: Now { wall: Timestamp::UNIX_EPOCH, monotonic: Monotonic::from_nanos(1) },
        }
    }

    #[test]
    fn the_event_is_aws_s() {
        let check = |request: ReviewRequest, expected: &str| {
            let text = render(&request, &Region::parse("us-west-2").unwrap());
            assert_eq!(String::from_utf8(text).unwrap(), expected);
        };
        let expected = |content: &str, attributes: &str, own: &str, ip: &str| {
            let arn = "arn:aws:ivschat:us-west-2:123456789012:room/AAAAAAAAAAAA";
            [
                format!(r#"{{"Content":"{content}","MessageId":"BBBBBBBBBBBB","RoomArn":"{arn}","#),
                format!(r#""Attributes":{attributes},"#),
                format!(r#""Sender":{{"Attributes":{own},"UserId":"ann\"","Ip":"{ip}"}}}}"#),
            ]
            .concat()
        };
        check(
            request("203.0.113.7", &[("team", "red")], Some(&[("k", "v\n")]), "hi \"you\""),
            &expected(r#"hi \"you\""#, r#"{"k":"v\n"}"#, r#"{"team":"red"}"#, "203.0.113.7"),
        );
        for (ip, shown) in [("::ffff:203.0.113.7", "203.0.113.7"), ("2001:db8::1", "2001:db8::1")] {
            check(request(ip, &[], None, "x"), &expected("x", "{}", "{}", shown));
        }
    }
}
