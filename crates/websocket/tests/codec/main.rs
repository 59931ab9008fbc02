//! The frame codec seen from outside: breaches, limits, splits, and another author's reading of the RFC.

#[cfg(test)]
mod breaches;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod seen;
#[cfg(test)]
mod splits;
#[cfg(test)]
mod tungstenite;
