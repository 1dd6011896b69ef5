//! Address ranges that are not the public internet, from the IANA special-purpose address registries, plus the
//! metadata addresses of the large clouds.

use std::net::{Ipv4Addr, Ipv6Addr};

/// IPv4 ranges that are refused, as base address and prefix length.
const V4: [(Ipv4Addr, u32); 19] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // A cloud's host agent, at an address that looks public.
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 52, 193, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(192, 175, 48, 0), 24),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// The only IPv6 range that is assigned for public use; everything outside it is refused.
const V6_GLOBAL: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// What is refused inside [`V6_GLOBAL`].
const V6: [(Ipv6Addr, u32); 5] = [
    // Protocol assignments as a whole: Teredo, benchmarking, ORCHID, AS112, drone ids.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0), 48),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Whether an IPv4 address is private, reserved or otherwise not the public internet.
pub(super) fn is_special_v4(address: Ipv4Addr) -> bool {
    V4.iter().any(|(base, prefix)| {
        let mask = u32::MAX.checked_shl(32_u32.saturating_sub(*prefix)).unwrap_or(0);
        address.to_bits() & mask == base.to_bits()
    })
}

/// Whether an IPv6 address is anything but public unicast, or carries a refused IPv4 address inside (ISATAP).
pub(super) fn is_special_v6(address: Ipv6Addr) -> bool {
    let within = |(base, prefix): &(Ipv6Addr, u32)| {
        let mask = u128::MAX.checked_shl(128_u32.saturating_sub(*prefix)).unwrap_or(0);
        address.to_bits() & mask == base.to_bits()
    };
    if !within(&V6_GLOBAL) || V6.iter().any(within) {
        return true;
    }
    let [_, _, _, _, flags, marker, high, low] = address.segments();
    let embedded = Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    matches!((flags, marker), (0 | 0x0200, 0x5efe)) && is_special_v4(embedded)
}
