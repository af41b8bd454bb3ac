//! The code pages of DOS, whose letters are marks in Windows-1252.

/// A code page of DOS: the characters of the bytes from 0x80 up.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CodePage {
    /// What it is called.
    pub(crate) name: &'static str,
    high: &'static str,
}

impl CodePage {
    /// The characters of its bytes from 0x80 up.
    pub(super) fn table(&self) -> Vec<char> {
        self.high.chars().collect()
    }
}

/// The code page of the first PCs.
pub(super) static CP437: CodePage = CodePage {
    name: "cp437",
    high: "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ\
               áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
               └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
               αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}",
};
/// DOS in western Europe.
pub(super) static CP850: CodePage = CodePage {
    name: "cp850",
    high: "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ\
               áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
               └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀\
               ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}",
};
/// The same with the euro.
pub(super) static CP858: CodePage = CodePage {
    name: "cp858",
    high: "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ\
               áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
               └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀\
               ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}",
};

/// The character of a byte.
pub(super) fn decoded(table: &[char], byte: u8) -> char {
    match byte.checked_sub(0x80) {
        None => char::from(byte),
        Some(high) => table.get(usize::from(high)).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_page_has_a_character_for_each_byte() {
        for page in [&CP437, &CP850, &CP858] {
            assert_eq!(page.table().len(), 128, "{}", page.name);
        }
        let names = b"Ren\x82 M\x81ller, Zo\x89 Si\x83n, Fran\x87ois Nu\xA4ez";
        let expected = "Ren\u{e9} M\u{fc}ller, Zo\u{eb} Si\u{e2}n, Fran\u{e7}ois Nu\u{f1}ez";
        for page in [&CP437, &CP850, &CP858] {
            let table = page.table();
            assert_eq!(
                names.iter().map(|&byte| decoded(&table, byte)).collect::<String>(),
                expected,
                "{}",
                page.name
            );
        }
        assert_eq!(decoded(&CP858.table(), 0xD5), '\u{20ac}');
    }
}
