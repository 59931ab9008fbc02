//! Message review through the whole server: a built-in rule set, and a handler over HTTP.

use crate::house::{House, Viewer};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const BUILTIN: &str = "arn:aws:lambda:us-west-2:123456789012:function:hubbub-builtin-family";
const OVER_HTTP: &str = "arn:aws:lambda:us-west-2:123456789012:function:over-http";

const RULES: &str = r#"
[[rules]]
name = "family"

[[rules.rule]]
kind = "words"
words = ["darn"]
reason = "mind your words"

[[rules.rule]]
kind = "words"
words = ["heck"]
action = "mask"
"#;

async fn house(folder: &Path, review_file: &str) -> House {
    let path = folder.join("review.toml");
    std::fs::write(&path, review_file).unwrap();
    House::new(&[("review_file", path.to_str().unwrap()), ("review.time_limit_ms", "5000")]).await
}

async fn room(house: &House, uri: &str, fallback: &str) -> String {
    let handler = json!({"uri": uri, "fallbackResult": fallback});
    let (status, room) = house.call("CreateRoom", json!({"messageReviewHandler": handler})).await;
    assert_eq!(status, 200, "{room}");
    room["arn"].as_str().unwrap().to_owned()
}

async fn say(viewer: &mut Viewer, content: &str) {
    viewer.send(json!({"Action": "SEND_MESSAGE", "RequestId": content, "Content": content})).await;
}

#[tokio::test]
async fn a_rule_set_masks_and_denies_and_is_taken_again() {
    let folder = TempDir::new().unwrap();
    let house = house(folder.path(), RULES).await;
    let room = room(&house, BUILTIN, "DENY").await;
    let (mut ann, mut bob) = (house.viewer(&room, "ann").await, house.viewer(&room, "bob").await);
    for content in ["hello", "what the heck", "darn it", "bye"] {
        say(&mut ann, content).await;
    }
    for expected in ["hello", "what the ****", "bye"] {
        assert_eq!(bob.frame().await["Content"], expected);
    }
    let mut seen = Vec::new();
    for _ in 0..4 {
        let frame = ann.frame().await;
        seen.push((frame["RequestId"].clone(), frame["ErrorMessage"].clone(), frame["ErrorCode"].clone()));
    }
    // An ERROR may overtake messages on their way to the same viewer.
    assert!(seen.contains(&(json!("darn it"), json!("mind your words"), json!(406))), "{seen:?}");
    let (_, metrics) = house.get("/metrics").await;
    for line in [
        format!(r#"hubbub_reviews_total{{Uri="{BUILTIN}",result="allow"}} 2"#),
        format!(r#"hubbub_reviews_total{{Uri="{BUILTIN}",result="changed"}} 1"#),
        format!(r#"hubbub_reviews_total{{Uri="{BUILTIN}",result="deny"}} 1"#),
        format!(r#"InvocationErrors_total{{Uri="{BUILTIN}"}} 0"#),
        "hubbub_review_seconds_count 4".to_owned(),
        r#"hubbub_review_seconds_bucket{le="+Inf"} 4"#.to_owned(),
        r#"hubbub_requests_refused_total{reason="denied_by_handler"} 1"#.to_owned(),
    ] {
        assert!(metrics.contains(&line), "{line}\n{metrics}");
    }
    // Rules are taken again without a restart; a file that is wrong changes nothing.
    let path = folder.path().join("review.toml");
    for (text, expected) in
        [(RULES.replace("heck", "what"), "**** the heck"), (RULES.replace("darn", ""), "**** the heck")]
    {
        std::fs::write(&path, text).unwrap();
        house.server.reload().await;
        say(&mut ann, "what the heck").await;
        assert_eq!(bob.frame().await["Content"], expected);
    }
}

/// A handler that keeps what it is asked and answers as the content says.
async fn handler() -> (String, Arc<Mutex<Vec<Value>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (url, asked) = (format!("http://{}/review", listener.local_addr().unwrap()), Arc::default());
    let keep: Arc<Mutex<Vec<Value>>> = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let keep = Arc::clone(&keep);
            tokio::spawn(async move {
                let (mut buffer, mut length) = (vec![0; 65_536], 0);
                while let Ok(read @ 1..) = socket.read(&mut buffer[length..]).await {
                    length += read;
                    let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
                    let Some((_, body)) = text.split_once("\r\n\r\n") else { continue };
                    let Ok(question) = serde_json::from_str::<Value>(body) else { continue };
                    let answer = match question["Content"].as_str().unwrap() {
                        "no" => {
                            json!({"ReviewResult": "DENY", "Content": "", "Attributes": {"Reason": "not here"}})
                        }
                        "nonsense" => json!({"ReviewResult": "PERHAPS"}),
                        content => json!({"ReviewResult": "ALLOW", "Content": format!("<{content}>"),
                            "Attributes": {"seen": "yes"}}),
                    };
                    keep.lock().unwrap().push(question);
                    let body = answer.to_string();
                    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
                    socket.write_all((head + &body).as_bytes()).await.unwrap();
                    length = 0;
                }
            });
        }
    });
    (url, asked)
}

#[tokio::test]
async fn a_handler_over_http_sees_allows_changes_and_refuses() {
    let (folder, (url, asked)) = (TempDir::new().unwrap(), handler().await);
    let mapped = format!("[[handler]]\narn = \"{OVER_HTTP}\"\nkind = \"http\"\nurl = \"{url}\"\n");
    let house = house(folder.path(), &mapped).await;
    let room = room(&house, OVER_HTTP, "ALLOW").await;
    let (mut ann, mut bob) = (house.viewer(&room, "ann").await, house.viewer(&room, "bob").await);
    for content in ["a", "no", "nonsense", "b"] {
        say(&mut ann, content).await;
    }
    let frames = [bob.frame().await, bob.frame().await, bob.frame().await];
    assert_eq!(frames.each_ref().map(|frame| frame["Content"].as_str().unwrap()), ["<a>", "nonsense", "<b>"]);
    assert_eq!((&frames[0]["Attributes"], &frames[1]["Attributes"]), (&json!({"seen": "yes"}), &Value::Null));
    let asked = asked.lock().unwrap().clone();
    let first = asked.iter().find(|question| question["Content"] == "a").unwrap();
    assert_eq!(first["MessageId"], frames[0]["Id"]);
    assert_eq!(first["RoomArn"], room);
    assert_eq!(first["Sender"], json!({"UserId": "ann", "Attributes": {}, "Ip": "127.0.0.1"}));
    assert_eq!(first["Attributes"], json!({}));
    assert_eq!(first.as_object().unwrap().len(), 5);
    let mut errors = Vec::new();
    for _ in 0..4 {
        let frame = ann.frame().await;
        errors.extend(frame.get("ErrorMessage").cloned());
    }
    assert_eq!(errors, ["not here"]);
    // What is mapped to nothing is refused, and the reload maps it.
    let unmapped = json!({"messageReviewHandler": {"uri": BUILTIN}});
    let (status, body) = house.call("CreateRoom", unmapped.clone()).await;
    assert_eq!(
        (status, body["message"].as_str().unwrap().contains("invalid lambda permission")),
        (400, true)
    );
    std::fs::write(folder.path().join("review.toml"), format!("{mapped}{RULES}")).unwrap();
    house.server.reload().await;
    assert_eq!(house.call("CreateRoom", unmapped).await.0, 200);
}
