//! XML within a workbook, an event at a time, with limits to what one of them may hold.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use quick_xml::Reader;
use quick_xml::escape::{resolve_xml_entity, unescape};
pub(super) use quick_xml::events::{BytesStart, Event};

use super::fault::{Fault, damaged};

/// The longest tag or text, in bytes.
const LONGEST_EVENT: u64 = 64 * 1024 * 1024;
/// The deepest nesting; spreadsheets need a dozen.
const DEEPEST: usize = 1000;

/// A reader of XML. Entities other than XML's own five are refused, so none expands.
pub(super) struct Xml<R> {
    reader: Reader<Metered<R>>,
    buffer: Vec<u8>,
    depth: usize,
}

impl<R: BufRead> Xml<R> {
    pub(super) fn new(input: R) -> Self {
        let mut reader = Reader::from_reader(Metered { input, taken: 0 });
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        Self { reader, buffer: Vec::new(), depth: 0 }
    }

    /// The next event.
    pub(super) fn next(&mut self) -> Result<Event<'_>, Fault> {
        self.buffer.clear();
        self.reader.get_mut().taken = 0;
        let event = self.reader.read_event_into(&mut self.buffer).map_err(damaged)?;
        match event {
            Event::Start(_) if self.depth == DEEPEST => return Err(damaged("it is nested too deep")),
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        Ok(event)
    }

    /// The next event, where the document must not end yet.
    pub(super) fn more(&mut self) -> Result<Event<'_>, Fault> {
        match self.next()? {
            Event::Eof => Err(damaged("it ends too early")),
            event => Ok(event),
        }
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }
}

/// Adds the text that an event holds, if it holds any.
pub(super) fn add_text(event: &Event<'_>, to: &mut String) -> Result<(), Fault> {
    match event {
        Event::Text(text) => to.push_str(&text.xml10_content()),
        Event::CData(text) => to.push_str(&text.xml10_content()),
        Event::GeneralRef(entity) => match resolve_xml_entity(entity) {
            Some(text) => to.push_str(text),
            None => match entity.resolve_char_ref().map_err(damaged)? {
                Some(character) => to.push(character),
                None => return Err(damaged("it names an entity that XML does not have")),
            },
        },
        _ => {}
    }
    if to.len() as u64 > LONGEST_EVENT {
        return Err(damaged("a text in it is too long"));
    }
    Ok(())
}

/// The element's attributes by their names, an optional prefix taken off where `name` has none.
pub(super) fn attribute<'e>(element: &'e BytesStart<'_>, name: &str) -> Result<Option<Cow<'e, str>>, Fault> {
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(damaged)?;
        let key = attribute.key.as_ref();
        let is_it = key == name || key.strip_suffix(name).is_some_and(|prefix| prefix.ends_with(':'));
        if is_it {
            let value = match attribute.value {
                Cow::Borrowed(value) => unescape(value).map_err(damaged)?,
                Cow::Owned(value) => Cow::Owned(unescape(&value).map_err(damaged)?.into_owned()),
            };
            return Ok(Some(value));
        }
    }
    Ok(None)
}

/// Input that refuses to give more than one event may hold.
struct Metered<R> {
    input: R,
    taken: u64,
}

impl<R: BufRead> Read for Metered<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut available = self.fill_buf()?;
        let read = available.read(out)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken > LONGEST_EVENT {
            return Err(io::Error::other("a tag or text in it is too long"));
        }
        self.input.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.taken += amount as u64;
        self.input.consume(amount);
    }
}
