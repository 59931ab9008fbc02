//! What every call of an API of AWS needs, be it AWS's own or a compatible one: access keys, connections, signatures.
//! Knows no service.

mod access_key;
mod call;
mod client;
mod credentials;

pub(crate) use access_key::{CredentialsDefinition, Workshop};
pub(crate) use call::Call;
pub(crate) use client::{build as build_client, innermost};
pub(crate) use credentials::{CredentialSource, Credentials, FreshCredentials, NoCredentials};
