//! May they? Signatures, policies and chat tokens, as pure functions.
