use std::path::Path;

use proptest::prelude::*;
use zstd::dict::from_samples;

use super::*;
use crate::mail::PartPlace;
use crate::mail::tests::samples::sample_mails;

fn unpacker() -> WordsUnpacker {
    let ours = own_dictionary();
    WordsUnpacker::with([(ours.id, ours.content.to_vec())])
}

fn content(text: &str, html: &str) -> Rendered {
    Rendered { subject: String::new(), text: text.to_owned(), html: html.to_owned(), parts: Vec::new() }
}

fn unpacked(unpacker: &WordsUnpacker, packed: PackedWords) -> Result<(String, String), String> {
    let PackedBytes { encoding, dictionary, content } = packed.body;
    unpacker.words((packed.text_bytes, encoding.as_str(), dictionary, content))
}

proptest! {
    #[test]
    fn any_words_are_read_as_they_were_written(
        text in "\\PC*|[\\x00-\\x7f]{0,2000}",
        html in "\\PC*|(<td>\\PC{0,9}</td>){0,200}",
        part in prop::collection::vec(any::<u8>(), 0..2000),
    ) {
        let mut packer = WordsPacker::new();
        let mut content = content(&text, &html);
        content.parts.push(MailPart {
            name: "a".to_owned(), content_type: "a/b".to_owned(), place: PartPlace::Inline, content: part.clone(),
        });
        let packed = packer.pack(&content);
        let kept = packed.parts[0].clone();
        prop_assert_eq!(unpacked(&unpacker(), packed), Ok((text, html)));
        prop_assert_eq!(unpacker().bytes(kept.encoding.as_str(), kept.dictionary, kept.content), Ok(part));
    }
}

#[test]
fn what_was_kept_otherwise_is_read_too() {
    let both = b"the textthe page".to_vec();
    let said = Ok(("the text".to_owned(), "the page".to_owned()));
    let read = |encoding: &str, dictionary, content| unpacker().words((8, encoding, dictionary, content));
    assert_eq!(read("plain", None, both.clone()), said);
    assert_eq!(read("zstd", None, zstd::bulk::compress(&both, 9).unwrap()), said);
    // Of another version, with the dictionary of then.
    let theirs = trained(7);
    let mut compressor = Compressor::with_dictionary(9, &theirs).unwrap();
    let kept = compressor.compress(&both).unwrap();
    let number = number_of(&theirs);
    assert_ne!(number, own_dictionary().id);
    let knowing = WordsUnpacker::with([(number, theirs)]);
    assert_eq!(knowing.words((8, "zstd", Some(number), kept.clone())), said);
    let unknown = read("zstd", Some(number), kept).unwrap_err();
    assert!(unknown.contains(&number.to_string()), "{unknown}");
}

#[test]
fn what_is_damaged_is_told_and_never_taken_for_what_was_said() {
    let mail = &sample_mails(5, 1)[0];
    let packed = WordsPacker::new().pack(mail);
    let kept = packed.body.content.clone();
    let read = |text_bytes, encoding: &str, content: Vec<u8>| {
        unpacker().words((text_bytes, encoding, Some(own_dictionary().id), content))
    };
    for at in 0..kept.len() {
        for bit in 0..8 {
            let mut damaged = kept.clone();
            damaged[at] ^= 1 << bit;
            let words = read(packed.text_bytes, "zstd", damaged);
            assert!(
                words.is_err() || words == Ok((mail.text.clone(), mail.html.clone())),
                "bit {bit} of byte {at} changes what is read"
            );
        }
        assert!(read(packed.text_bytes, "zstd", kept[..at].to_vec()).is_err(), "cut at {at}");
    }
    for (text_bytes, encoding, content) in [
        (packed.text_bytes, "brotli", kept.clone()),
        (-1, "zstd", kept.clone()),
        (i32::MAX, "zstd", kept),
        (1, "plain", "ä".as_bytes().to_vec()),
        (0, "plain", vec![0xff]),
    ] {
        assert!(read(text_bytes, encoding, content).is_err(), "{text_bytes} {encoding}");
    }
}

#[test]
fn what_would_not_become_smaller_is_kept_as_it_is() {
    let packed = WordsPacker::new().pack(&content("Hi.", ""));
    assert_eq!((packed.text_bytes, packed.body), (3, PackedBytes::plain(b"Hi.".to_vec())));
}

/// A dictionary for the mails of this version, made of the samples of this number.
fn trained(seed: u64) -> Vec<u8> {
    let mails = sample_mails(seed, SAMPLES);
    let both = |mail: &Rendered| [mail.text.as_bytes(), mail.html.as_bytes()].concat();
    let parts = mails.iter().flat_map(|mail| &mail.parts).map(|part| part.content.clone());
    let samples: Vec<Vec<u8>> = mails.iter().map(both).chain(parts).collect();
    from_samples(&samples, LARGEST).unwrap()
}

const SAMPLES: usize = 400;
const LARGEST: usize = 64 * 1024;

/// What these mails come to, with this dictionary.
fn compressed(mails: &[Rendered], dictionary: &[u8]) -> usize {
    let prepared = EncoderDictionary::copy(dictionary, LEVEL);
    let mut compressor = Compressor::with_prepared_dictionary(&prepared).unwrap();
    let both = |mail: &Rendered| [mail.text.as_bytes(), mail.html.as_bytes()].concat();
    mails.iter().map(|mail| compressor.compress(&both(mail)).unwrap().len()).sum()
}

/// Where this fails, the templates have moved on from the dictionary, and it is time for a new one:
/// `NEW_DICTIONARY=1 cargo test --lib the_dictionary_serves`. Mails that were compressed with the old one name it, and it
/// stays in every database where it was used.
#[test]
fn the_dictionary_serves_the_mails_of_today() {
    let new = trained(1);
    if std::env::var_os("NEW_DICTIONARY").is_some() {
        let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/outbox/packed/dictionary.zstd");
        std::fs::write(place, &new).unwrap();
    }
    let mails = sample_mails(2, 100);
    let (ours, best) = (compressed(&mails, OURS), compressed(&mails, &new));
    assert!(ours * 10 <= best * 12, "{ours} bytes, where a new dictionary gives {best}");
    let bytes: usize = mails.iter().map(|mail| mail.text.len() + mail.html.len()).sum();
    assert!(ours * 10 <= bytes, "{bytes} bytes become {ours}");
    assert!(own_dictionary().id > 0, "it bears a number");
}
