//! What happens in rooms: rules without I/O.
