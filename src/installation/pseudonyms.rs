//! What people are called in data that is handed out without their names (spec 22.3).

/// Names people by the installation's secret: the same person the same way in every export, on every machine and after a
/// restore, while nobody without the secret can tell who it is by trying all numbers.
pub(crate) struct Pseudonyms {
    key: [u8; 32],
}

impl Pseudonyms {
    /// Those of the installation with this secret.
    pub(crate) fn of(secret: &[u8]) -> Self {
        Self { key: blake3::derive_key("refresher 2026 keys of people in facts", secret) }
    }

    /// The key of the staff member with this number of the register's, of the organisation with this code: 16 digits in
    /// hexadecimal as a number.
    pub(crate) fn of_person(&self, organisation: &str, staff_id: i32) -> u64 {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update(organisation.as_bytes()).update(&[0]).update(&staff_id.to_be_bytes());
        let [a, b, c, d, e, f, g, h, ..] = *hasher.finalize().as_bytes();
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_tells_person_organisation_and_installation() {
        let (ours, theirs) = (Pseudonyms::of(&[1; 32]), Pseudonyms::of(&[2; 32]));
        let key = ours.of_person("RXX", 12);
        assert_eq!(key, Pseudonyms::of(&[1; 32]).of_person("RXX", 12));
        for other in [ours.of_person("RXX", 13), ours.of_person("RYY", 12), theirs.of_person("RXX", 12)] {
            assert_ne!(key, other);
        }
    }
}
