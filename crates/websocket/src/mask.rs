//! The XOR of RFC 6455 §5.3. Must not know frames.

/// Masks or unmasks `bytes` in place; `offset` is the place of their first byte in the frame's payload.
pub(crate) fn apply(bytes: &mut [u8], mut key: [u8; 4], offset: u64) {
    key.rotate_left((offset % 4) as usize);
    let [a, b, c, d] = key;
    let word = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (chunks, tail) = bytes.as_chunks_mut::<8>();
    for chunk in chunks {
        *chunk = (u64::from_ne_bytes(*chunk) ^ word).to_ne_bytes();
    }
    for (byte, key) in tail.iter_mut().zip(word.to_ne_bytes()) {
        *byte ^= key;
    }
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn equals_the_byte_by_byte_definition_at_every_length_and_offset() {
        let key = [0x37, 0xfa, 0x21, 0x3d];
        for len in 0..40_usize {
            for offset in 0..5_usize {
                let plain: Vec<u8> = (0..len).map(|i| i as u8).collect();
                let expected: Vec<u8> = (0..len).map(|i| i as u8 ^ key[(i + offset) % 4]).collect();
                let mut masked = plain.clone();
                apply(&mut masked, key, offset as u64);
                assert_eq!(masked, expected, "len {len}, offset {offset}");
                apply(&mut masked, key, offset as u64);
                assert_eq!(masked, plain);
            }
        }
    }
}
