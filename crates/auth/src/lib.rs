//! May they? Signatures, policies and chat tokens, as pure functions.
//!
//! - SigV4, the receiving half: [`Presented::parse`], then [`AccessDirectory::holder`] finds whose key it is, then
//!   [`Presented::verify`].
//! - SigV4, the sending half: [`Signer`].
//! - Policies: [`Policy::parse`], [`evaluate()`], [`explain()`]; a [`Principal`] stands under its own, and
//!   [`authorize`] is the door that every operation asks.
//! - Temporary credentials: [`seal_session`] and [`open_session`].
//! - Chat tokens: [`seal`] and [`open`], with the keys of a [`KeyRing`].
//! - The [`MasterKey`] wraps what is secret in the store.
//!
//! **Invariant:** nothing here knows a type of an HTTP library, the store or the clock, and nothing here draws a
//! random number: time and randomness are arguments.

mod cipher;
mod directory;
mod keyring;
mod master_key;
mod policy;
mod principal;
mod session;
mod sigv4;
mod token;

pub use cipher::{NONCE_LENGTH, SealError, SealingKey};
pub use directory::{
    AccessDirectory, AccessProblem, AccessRecords, KeyHolder, KnownAccessKey, KnownPolicy, KnownUser, Origin,
    RootKey,
};
pub use keyring::{KeyRing, Rotation, TokenKey};
pub use master_key::{MasterKey, MasterKeyError, UnwrapError};
pub use policy::{
    Context, Effect, Explanation, NamedPolicy, Outcome, Policy, PolicyError, PolicyFault, PolicyKind,
    PolicySet, READY_POLICIES, ReadyPolicy, Request, Verdict, evaluate, explain,
};
pub use principal::{Decision, Principal, account_of, authorize};
pub use session::{MAX_SESSION_TOKEN_LENGTH, SessionClaims, SessionTokenError, open_session, seal_session};
pub use sigv4::{
    KnownKey, Presented, Scope, SecretKey, SecretKeyError, SignatureError, SignedRequest, Signer,
};
pub use token::{ChatTokenClaims, MAX_TOKEN_LENGTH, TOKEN_LIFETIME, TokenError, open, seal};
