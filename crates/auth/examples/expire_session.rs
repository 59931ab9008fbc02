//! Makes a session token that has expired out of one that lives, so that a test need not wait for a quarter of an hour:
//! `expire_session MASTER_KEY ACCESS_KEY_ID SESSION_TOKEN` prints the token of a session that lasted as long and ended
//! when the given one began. It knows no server; whose session it was, it does not look at.

use std::error::Error;
use std::io::Write as _;

use auth::{MasterKey, NONCE_LENGTH, SessionClaims, open_session, seal_session};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [master, access_key_id, token] = arguments.as_slice() else {
        return Err("expected a master key, an access key id and a session token".into());
    };
    let expired = expire(&MasterKey::parse(master)?, access_key_id, token)?;
    Ok(writeln!(std::io::stdout(), "{expired}")?)
}

fn expire(master: &MasterKey, access_key_id: &str, token: &str) -> Result<String, Box<dyn Error>> {
    let claims = open_session(token, access_key_id, master)?;
    let lasting = claims.expires_at.duration_since(claims.issued_at);
    let ended = SessionClaims {
        issued_at: claims.issued_at.checked_sub(lasting)?,
        expires_at: claims.issued_at,
        ..claims
    };
    // The cipher bears a nonce that is no secret and is used again.
    Ok(seal_session(&ended, master, [0; NONCE_LENGTH])?)
}
