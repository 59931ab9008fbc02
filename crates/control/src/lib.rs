//! The 17 operations and the table that names them.
