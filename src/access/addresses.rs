//! Ranges of addresses, as `10.1.0.0/16` names one. Pure.

use std::fmt;
use std::net::IpAddr;

/// Addresses that begin with the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressRange {
    first: IpAddr,
    bits: u8,
}

impl AddressRange {
    /// The range that is written so, or the one address; `None` where it is neither, or names bits beyond its own.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) =
            text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let first: IpAddr = address.parse().ok()?; // What is no address is no range.
        let all = if first.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Some(all), |bits| bits.parse().ok().filter(|bits| *bits <= all))?;
        (leading(first, bits) == leading(first, all)).then_some(Self { first, bits })
    }

    /// Whether the address is of it. One of the older sort counts however it is written.
    pub(crate) fn has(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.first.is_ipv4()
            && leading(address, self.bits) == leading(self.first, self.bits)
    }
}

/// The address with all but its first bits put to nothing.
fn leading(address: IpAddr, bits: u8) -> u128 {
    let (number, all) = match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    };
    let beyond = u32::from(u8::saturating_sub(all, bits));
    number.checked_shr(beyond).and_then(|number| number.checked_shl(beyond)).unwrap_or(0)
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_the_addresses_that_begin_as_it_does() {
        for (range, address, has) in [
            ("10.1.0.0/16", "10.1.255.7", true),
            ("10.1.0.0/16", "10.2.0.1", false),
            ("10.1.0.7", "10.1.0.7", true),
            ("10.1.0.7", "10.1.0.8", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("10.1.0.0/16", "::ffff:10.1.2.3", true),
            ("2001:db8::/32", "2001:db8:7::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::/0", "2001:db8::1", true),
        ] {
            assert_eq!(
                AddressRange::parse(range).unwrap().has(address.parse().unwrap()),
                has,
                "{range} {address}"
            );
        }
    }

    #[test]
    fn what_names_no_range_is_none() {
        for text in [
            "",
            "10.1.0.0/33",
            "10.1.0.1/16",
            "10.1/16",
            "example.org",
            "10.1.0.0/",
            "::1/129",
            "10.1.0.0/-1",
        ] {
            assert_eq!(AddressRange::parse(text), None, "{text}");
        }
        assert_eq!(AddressRange::parse("10.1.0.0/16").unwrap().to_string(), "10.1.0.0/16");
        assert_eq!(AddressRange::parse("10.1.0.7").unwrap().to_string(), "10.1.0.7/32");
    }
}
