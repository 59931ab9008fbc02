//! A message review handler as a Lambda function: it refuses one word, masks another, and lets everything else pass.

use std::collections::HashMap;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::{Deserialize, Serialize};

const REFUSED: &str = "badword";
const MASKED: &str = "darn";

/// What is asked. `RoomArn` and `Sender` come as well; they are read when they are declared here.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Message {
    message_id: String,
    content: String,
    attributes: HashMap<String, String>,
}

/// What is answered.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Review {
    review_result: &'static str,
    content: String,
    attributes: HashMap<String, String>,
}

fn review(message: Message) -> Review {
    let Message { content, mut attributes, .. } = message;
    if content.contains(REFUSED) {
        let reason = "That word is not welcome here.".to_owned();
        return Review {
            review_result: "DENY",
            content,
            attributes: HashMap::from([("Reason".to_owned(), reason)]),
        };
    }
    if content.contains(MASKED) {
        attributes.insert("masked".to_owned(), "true".to_owned());
    }
    Review { review_result: "ALLOW", content: content.replace(MASKED, "****"), attributes }
}

async fn answer(event: LambdaEvent<Message>) -> Result<Review, Error> {
    let message_id = event.payload.message_id.clone();
    let review = review(event.payload);
    println!("{message_id} {}", review.review_result);
    Ok(review)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::run(service_fn(answer)).await
}
