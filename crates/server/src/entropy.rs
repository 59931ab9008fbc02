//! The one source of randomness of the process: the operating system's, through a generator that nobody can foresee.

use rand::RngExt as _;

/// 128 random bits.
#[must_use]
pub(crate) fn bits() -> u128 {
    rand::rng().random()
}

/// As many random bytes as are wanted.
#[must_use]
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    rand::rng().random()
}

/// `length` characters of `alphabet`, each as likely as the others.
#[must_use]
pub(crate) fn text(alphabet: &[u8], length: usize) -> String {
    let mut random = rand::rng();
    let letter =
        |_| alphabet.get(random.random_range(0..alphabet.len())).map_or('A', |byte| char::from(*byte));
    (0..length).map(letter).collect()
}
