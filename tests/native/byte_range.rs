//! Which part of a body a `Range` asks for.

use heliograph::core::{
    byte_range::{Wanted, wanted},
    signed_url::Locator,
};
use proptest::prelude::*;

/// What a header comes to for a whole of so many bytes: as `first+length`, or in a word.
fn said(header: &str, total: u64) -> String {
    match wanted(header, total) {
        Wanted::Whole => "whole".to_owned(),
        Wanted::Unsatisfiable => "416".to_owned(),
        Wanted::Part(part) => format!("{}+{}", part.first(), part.length()),
    }
}

#[test]
fn one_range_of_bytes() {
    let huge = "9".repeat(400);
    let cases: &[(&str, u64, &str)] = &[
        // From a to b, both included.
        ("bytes=0-0", 100, "0+1"),
        ("bytes=0-99", 100, "0+100"),
        ("bytes=10-19", 100, "10+10"),
        ("bytes=99-99", 100, "99+1"),
        ("bytes=007-009", 100, "7+3"),
        // An end that is not there is the last byte.
        ("bytes=90-100", 100, "90+10"),
        ("bytes=90-18446744073709551615", 100, "90+10"),
        (&format!("bytes=90-{huge}"), 100, "90+10"),
        // From a on.
        ("bytes=0-", 100, "0+100"),
        ("bytes=99-", 100, "99+1"),
        // The last n.
        ("bytes=-1", 100, "99+1"),
        ("bytes=-100", 100, "0+100"),
        ("bytes=-101", 100, "0+100"),
        (&format!("bytes=-{huge}"), 100, "0+100"),
        // Spellings that are right as well.
        ("Bytes=1-2", 100, "1+2"),
        ("bytes= 1-2 ", 100, "1+2"),
        ("bytes=,\t1-2 , ,", 100, "1+2"),
        // What begins behind the end.
        ("bytes=100-", 100, "416"),
        ("bytes=100-200", 100, "416"),
        ("bytes=18446744073709551615-18446744073709551615", 100, "416"),
        (&format!("bytes={huge}-"), 100, "416"),
        ("bytes=-0", 100, "416"),
        // What is no range of bytes.
        ("", 100, "whole"),
        ("bytes", 100, "whole"),
        ("bytes=", 100, "whole"),
        ("bytes=,", 100, "whole"),
        ("bytes=-", 100, "whole"),
        ("bytes=5", 100, "whole"),
        ("bytes=5-4", 100, "whole"),
        ("bytes=200-100", 100, "whole"),
        ("bytes=--5", 100, "whole"),
        ("bytes=1-2-3", 100, "whole"),
        ("bytes=+1-2", 100, "whole"),
        ("bytes=1 - 2", 100, "whole"),
        ("bytes=a-b", 100, "whole"),
        ("bytes=0x1-0x2", 100, "whole"),
        ("bytes=1.0-2", 100, "whole"),
        ("bytes=٣-٤", 100, "whole"),
        ("bytes:1-2", 100, "whole"),
        ("items=1-2", 100, "whole"),
        ("=1-2", 100, "whole"),
        // Several are ignored, also where one would do.
        ("bytes=0-1,3-4", 100, "whole"),
        ("bytes=0-1,", 100, "0+2"),
        ("bytes=0-1,200-", 100, "whole"),
        // The ends of what there is.
        ("bytes=0-", 1, "0+1"),
        ("bytes=0-", 0, "whole"),
        ("bytes=5-", 0, "whole"),
        ("bytes=-5", 0, "whole"),
        ("bytes=0-", u64::MAX, "0+18446744073709551615"),
        ("bytes=18446744073709551614-", u64::MAX, "18446744073709551614+1"),
        ("bytes=18446744073709551615-", u64::MAX, "416"),
    ];
    for (header, total, expected) in cases {
        assert_eq!(said(header, *total), *expected, "{header:?} of {total}");
    }
}

#[test]
fn a_part_says_where_it_stands() {
    let Wanted::Part(part) = wanted("bytes=-30", 100) else { panic!("no part") };
    assert_eq!(part.content_range(100), "bytes 70-99/100");
}

fn header() -> impl Strategy<Value = String> {
    let number = || prop_oneof![Just(String::new()), "[0-9]{1,25}", (0..300_u64).prop_map(|n| n.to_string())];
    prop_oneof![
        (number(), number()).prop_map(|(first, last)| format!("bytes={first}-{last}")),
        "[ -~]{0,30}",
        ".{0,20}",
    ]
}

proptest! {
    #[test]
    fn no_header_reads_beyond_the_slice(
        header in header(),
        length in prop_oneof![0..300_u64, Just(u64::MAX)],
    ) {
        let plain = Locator { key: "archive/o/d/h/s".to_owned(), offset: 7, length, unpacked: None };
        let packed = Locator { length: 20, unpacked: Some(length), ..plain.clone() };
        for locator in [plain, packed] {
            prop_assert_eq!(locator.total(), length);
            if let Wanted::Part(part) = wanted(&header, length) {
                let (first, count) = locator.part(part);
                prop_assert!(count >= 1);
                let end = u128::from(first) + u128::from(count);
                prop_assert!(end <= u128::from(length), "{header:?}: {first}+{count}");
            }
        }
    }

    /// Also where the part was read for another whole.
    #[test]
    fn a_part_of_another_whole_is_cut(header in header(), length in 0..300_u64) {
        let locator = Locator { key: "archive/o/d/h/s".to_owned(), offset: 7, length, unpacked: None };
        if let Wanted::Part(part) = wanted(&header, 1000) {
            let (first, count) = locator.part(part);
            prop_assert!(first + count <= length);
        }
    }
}
