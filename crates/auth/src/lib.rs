//! May they? Signatures, policies and chat tokens, as pure functions.
//!
//! - SigV4, the receiving half: [`Presented::parse`], then the key is looked up, then [`Presented::verify`].
//! - SigV4, the sending half: [`Signer`].
//! - Chat tokens: [`seal`] and [`open`], with the keys of a [`KeyRing`], which the [`MasterKey`] wraps for the store.
//! - Policies: [`Policy::parse`], [`evaluate()`], [`explain()`]; the door that is asked today is [`authorize`].
//!
//! **Invariant:** nothing here knows a type of an HTTP library, the store or the clock, and nothing here draws a
//! random number: time and randomness are arguments.

mod cipher;
mod keyring;
mod policy;
mod sigv4;
mod token;

pub use cipher::{NONCE_LENGTH, SealError, SealingKey};
pub use keyring::{KeyRing, MasterKey, MasterKeyError, Rotation, TokenKey, UnwrapError};
pub use policy::{
    Context, Decision, Effect, Explanation, NamedPolicy, Outcome, Policy, PolicyError, PolicyFault,
    PolicyKind, PolicySet, Principal, READY_POLICIES, ReadyPolicy, Request, Verdict, authorize, evaluate,
    explain,
};
pub use sigv4::{
    KnownKey, Presented, Scope, SecretKey, SecretKeyError, SignatureError, SignedRequest, Signer,
};
pub use token::{ChatTokenClaims, MAX_TOKEN_LENGTH, TOKEN_LIFETIME, TokenError, open, seal};
