//! The nouns of IVS Chat and their rules.
