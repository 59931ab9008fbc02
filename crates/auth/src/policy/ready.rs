//! The policies that come with the server, as documents. It does not know who gets them.

/// A policy that every account has from the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadyPolicy {
    /// Its name.
    pub name: &'static str,
    /// Its document, for [`crate::Policy::parse`].
    pub document: &'static str,
}

/// All of them.
pub const READY_POLICIES: &[ReadyPolicy] = &[
    ReadyPolicy { name: "HubbubFullAccess", document: FULL_ACCESS },
    ReadyPolicy { name: "HubbubReadOnlyAccess", document: READ_ONLY_ACCESS },
    ReadyPolicy { name: "HubbubTokenIssuer", document: TOKEN_ISSUER },
    ReadyPolicy { name: "HubbubModerator", document: MODERATOR },
];

const FULL_ACCESS: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "Everything", "Effect": "Allow", "Action": ["ivschat:*", "hubbub:*"], "Resource": "*" }
  ]
}"#;

/// The chat's own operations only: who may look at rooms need not see users and keys.
const READ_ONLY_ACCESS: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "Look", "Effect": "Allow", "Action": ["ivschat:Get*", "ivschat:List*"], "Resource": "*" }
  ]
}"#;

const TOKEN_ISSUER: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "IssueTokens", "Effect": "Allow", "Action": "ivschat:CreateChatToken", "Resource": "*" }
  ]
}"#;

/// What acts on people and messages, and nothing that changes a room. A tool that also looks for rooms is given
/// `HubbubReadOnlyAccess` besides.
const MODERATOR: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Moderate",
      "Effect": "Allow",
      "Action": ["ivschat:DeleteMessage", "ivschat:DisconnectUser", "ivschat:SendEvent"],
      "Resource": "*"
    }
  ]
}"#;
