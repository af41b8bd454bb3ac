use proptest::prelude::*;

use super::*;

/// Pieces that files are made of, sound and broken.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(b"employee_number,last_name,start_date\n".to_vec()),
        Just(b"employee_number;course;completed_on\r\n".to_vec()),
        Just(b"1,Ito,2020-01-01\n".to_vec()),
        Just(b"1,SGC-L2,01-Jan-26".to_vec()),
        Just(b"\"".to_vec()),
        Just(b",\"\",\"a\nb\"".to_vec()),
        Just(b"\xEF\xBB\xBF".to_vec()),
        Just(b"\xFF\xFE".to_vec()),
        Just(b"\0".to_vec()),
        Just(b"\xC3".to_vec()),
        Just(b"\r".to_vec()),
        Just("31/12/4712;'=1;\u{202e}".into()),
        Just(b"PK\x03\x04".to_vec()),
        Just(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..40),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_give_rows_that_add_up_or_a_clear_error(pieces in proptest::collection::vec(piece(), 0..12)) {
        let content = pieces.concat();
        match staff(&content) {
            Ok(checked) => assert_adds_up(&checked),
            Err(error) => prop_assert!(error.to_string().len() > 20),
        }
        if let Ok(checked) = training(&content) {
            assert_adds_up(&checked);
        }
    }

    #[test]
    fn any_text_in_a_cell_is_taken_or_rejected(cell in "\\PC{0,12}|[0-9/.: A-Za-z£,+-]{0,20}") {
        let today = super::super::sample::day(2026, 11, 24);
        let _ = super::super::text::clean(&cell);
        let _ = super::super::dates::parse_date(cell.trim(), today);
        let _ = super::super::money::parse_pence(cell.trim());
        let _ = super::super::numbers::parse_hours(cell.trim());
        let _ = super::super::numbers::employee_number_fault(cell.trim());
    }
}
