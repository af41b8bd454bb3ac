//! Places in lists that know what they are places of: a course of the policy is no course of the register, and neither is
//! a person.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

/// A place in an [`Indexed`] list of one kind of thing.
pub trait ListIndex: Copy {
    /// The place `at` things after the first. One that is beyond what the index can say is the place of nothing.
    fn at(at: usize) -> Self;

    /// How many things stand before it.
    fn place(self) -> usize;
}

/// Declares an index as small as its number; the greatest number is the place of nothing.
macro_rules! index {
    ($(#[$about:meta])* $vis:vis $name:ident($number:ty)) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis struct $name($number);

        impl $name {
            /// The place of nothing.
            $vis const NOWHERE: Self = Self(<$number>::MAX);

            /// The place `at` things after the first; that of nothing where the index can't say it.
            $vis fn at(at: usize) -> Self {
                <$number>::try_from(at).map_or(Self::NOWHERE, Self)
            }

            /// How many things stand before it.
            $vis fn place(self) -> usize {
                self.0 as usize
            }
        }

        impl From<$number> for $name {
            fn from(at: $number) -> Self {
                Self(at)
            }
        }

        impl $crate::register::ListIndex for $name {
            fn at(at: usize) -> Self {
                Self::at(at)
            }

            fn place(self) -> usize {
                self.place()
            }
        }
    };
}

pub(crate) use index;

index! {
    /// The place of an organisation in a [`View`](super::View).
    pub OrganisationIndex(u16)
}

index! {
    /// The place of a course that the register names in a [`View`](super::View); the policy has its own.
    pub RegisterCourseIndex(u16)
}

index! {
    /// The place of a person in a [`View`](super::View).
    pub PersonIndex(u32)
}

/// A list whose places are of one kind: what stands at a place of another kind can't be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indexed<I, T> {
    items: Vec<T>,
    index: PhantomData<fn(I)>,
}

impl<I: ListIndex, T> Indexed<I, T> {
    /// The same thing at as many places.
    pub fn filled(value: T, len: usize) -> Self
    where
        T: Clone,
    {
        vec![value; len].into()
    }

    /// What stands there.
    pub fn get(&self, index: I) -> Option<&T> {
        self.items.get(index.place())
    }

    /// What stands there, to be changed.
    pub fn get_mut(&mut self, index: I) -> Option<&mut T> {
        self.items.get_mut(index.place())
    }

    /// Adds a thing at the end, and says where it stands.
    pub fn push(&mut self, item: T) -> I {
        self.items.push(item);
        I::at(self.items.len() - 1)
    }

    /// Every place, in order.
    pub fn places(&self) -> impl Iterator<Item = I> + Clone + use<I, T> {
        (0..self.items.len()).map(I::at)
    }

    /// Every thing with its place, in order.
    pub fn placed(&self) -> impl Iterator<Item = (I, &T)> + Clone {
        self.items.iter().enumerate().map(|(at, item)| (I::at(at), item))
    }

    /// The place of the first thing of which `is` is true.
    pub fn position(&self, is: impl FnMut(&T) -> bool) -> Option<I> {
        self.items.iter().position(is).map(I::at)
    }
}

impl<I, T> Default for Indexed<I, T> {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl<I, T> From<Vec<T>> for Indexed<I, T> {
    fn from(items: Vec<T>) -> Self {
        Self { items, index: PhantomData }
    }
}

impl<I, T> FromIterator<T> for Indexed<I, T> {
    fn from_iter<It: IntoIterator<Item = T>>(items: It) -> Self {
        Vec::from_iter(items).into()
    }
}

impl<I, T> Extend<T> for Indexed<I, T> {
    fn extend<It: IntoIterator<Item = T>>(&mut self, items: It) {
        self.items.extend(items);
    }
}

impl<I, T> IntoIterator for Indexed<I, T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'a, I, T> IntoIterator for &'a Indexed<I, T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

impl<I, T> Deref for Indexed<I, T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<I, T> DerefMut for Indexed<I, T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.items
    }
}

/// People who stand one after the other in a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRange {
    next: usize,
    end: usize,
}

impl PersonRange {
    /// Those from the place `first` on, `end` left out.
    pub fn new(first: usize, end: usize) -> Self {
        Self { next: first, end }
    }
}

impl Iterator for PersonRange {
    type Item = PersonIndex;

    fn next(&mut self) -> Option<PersonIndex> {
        let at = self.next;
        (at < self.end).then(|| {
            self.next += 1;
            PersonIndex::at(at)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_beyond_what_an_index_can_say_is_that_of_nothing() {
        let courses: Indexed<RegisterCourseIndex, u8> = Indexed::filled(1, 70_000);
        assert_eq!(courses.get(RegisterCourseIndex::at(65_534)), Some(&1));
        assert_eq!(RegisterCourseIndex::at(65_536), RegisterCourseIndex::NOWHERE);
        let organisations: Indexed<OrganisationIndex, u8> = vec![7, 8].into();
        assert_eq!(organisations.get(OrganisationIndex::at(1)), Some(&8));
        assert_eq!(organisations.get(OrganisationIndex::NOWHERE), None);
        assert_eq!(organisations.position(|of| *of == 8), Some(OrganisationIndex::at(1)));
    }

    #[test]
    fn an_index_is_as_small_as_its_number() {
        assert_eq!(size_of::<RegisterCourseIndex>(), 2);
        assert_eq!(size_of::<OrganisationIndex>(), 2);
        assert_eq!(size_of::<PersonIndex>(), 4);
    }
}
