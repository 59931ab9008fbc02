//! A message review handler as a Lambda function: it refuses one word, masks another, and lets everything else pass.

use std::collections::HashMap;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::{Deserialize, Serialize};

const REFUSED: &str = "badword";
const MASKED: &str = "darn";

/// What is asked. `Attributes`, `RoomArn` and `Sender` come as well; they are read when they are declared here.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Message {
    message_id: String,
    content: String,
}

/// What is answered. Without attributes the sender's stay.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Review {
    review_result: &'static str,
    content: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    attributes: Option<HashMap<&'static str, &'static str>>,
}

fn review(content: String) -> Review {
    if content.contains(REFUSED) {
        let reason = HashMap::from([("Reason", "That word is not welcome here.")]);
        return Review { review_result: "DENY", content, attributes: Some(reason) };
    }
    // A mask that is longer than what it hides could make the message too long, and an answer past a limit is none.
    Review { review_result: "ALLOW", content: content.replace(MASKED, "****"), attributes: None }
}

async fn answer(event: LambdaEvent<Message>) -> Result<Review, Error> {
    let Message { message_id, content } = event.payload;
    let review = review(content);
    println!("{message_id} {}", review.review_result);
    Ok(review)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::run(service_fn(answer)).await
}
