//! A test server and clients that keep a view.
