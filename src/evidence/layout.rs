//! The layout of an entry: the kind of every part and the lengths of its pieces, in runs of equal ones. It is the first leaf of the tree; with it
//! no byte can pass from a name to a value or from one part to the next without changing the digest.

use super::parts::Kind;

/// What a layout begins with.
const BEGIN: &[u8] = b"dataspoor entry 1\n";

/// Kind of a part and the lengths of its pieces.
pub(super) type Shape = (Kind, [usize; 3]);

/// Writes a layout.
#[derive(Debug, Default)]
pub(super) struct Layout {
    bytes: Vec<u8>,
    /// Parts of one shape in a row: shape and how many.
    run: Option<(Shape, u64)>,
}

impl Layout {
    /// Begins anew.
    pub(super) fn begin(&mut self) {
        self.bytes.clear();
        self.bytes.extend_from_slice(BEGIN);
        self.run = None;
    }

    /// The next part.
    pub(super) fn part(&mut self, shape: Shape) {
        match &mut self.run {
            Some((same, count)) if *same == shape => *count += 1,
            _ => {
                self.end_run();
                self.run = Some((shape, 1));
            }
        }
    }

    /// Its bytes.
    pub(super) fn end(&mut self) -> &[u8] {
        self.end_run();
        &self.bytes
    }

    fn end_run(&mut self) {
        if let Some(((kind, lengths), count)) = self.run.take() {
            self.bytes.push(kind as u8);
            variable_length(count, &mut self.bytes);
            lengths.iter().for_each(|length| variable_length(*length as u64, &mut self.bytes));
        }
    }
}

/// Unsigned LEB128.
fn variable_length(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn read_variable_length(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f).checked_shl(shift).filter(|shifted| shifted >> shift == u64::from(byte & 0x7f))?;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// Reads a layout, part by part.
#[derive(Clone, Debug)]
pub(super) struct Shapes<'l> {
    rest: &'l [u8],
    run: Option<(Shape, u64)>,
}

impl<'l> Shapes<'l> {
    /// Of the bytes of a layout; `None`: they do not begin like one.
    pub(super) fn of(layout: &'l [u8]) -> Option<Self> {
        Some(Self { rest: layout.strip_prefix(BEGIN)?, run: None })
    }

    /// The next part of the run under way, or of the next one. `Ok(None)`: there are no more.
    pub(super) fn next(&mut self) -> Result<Option<Shape>, &'static str> {
        self.take(1).map(|taken| taken.map(|(shape, _)| shape))
    }

    /// Up to `most` parts of one shape.
    pub(super) fn take(&mut self, most: u64) -> Result<Option<(Shape, u64)>, &'static str> {
        if self.run.is_none() {
            let Some((&kind, rest)) = self.rest.split_first() else { return Ok(None) };
            self.rest = rest;
            let broken = "the layout cannot be read";
            let kind = Kind::ALL.into_iter().find(|known| *known as u8 == kind).ok_or(broken)?;
            let mut number = || read_variable_length(&mut self.rest).ok_or(broken);
            let count = number()?;
            let mut length = || number().and_then(|length| usize::try_from(length).map_err(|_| broken));
            let lengths = [length()?, length()?, length()?];
            if count == 0 {
                return Err(broken);
            }
            self.run = Some(((kind, lengths), count));
        }
        let Some((shape, left)) = self.run else { return Ok(None) };
        let taken = left.min(most);
        self.run = (left > taken).then_some((shape, left - taken));
        Ok(Some((shape, taken)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_is_read_as_it_was_written() {
        let shapes = [(Kind::Facts, [300, 0, 0]), (Kind::Query, [5, 0, 0]), (Kind::Query, [5, 0, 0]), (Kind::RequestBody, [1 << 20, 1, 2])];
        let mut layout = Layout::default();
        layout.begin();
        shapes.iter().for_each(|shape| layout.part(*shape));
        let bytes = layout.end().to_vec();
        let mut read = Shapes::of(&bytes).expect("a layout");
        for shape in shapes {
            assert_eq!(read.next(), Ok(Some(shape)));
        }
        assert_eq!(read.next(), Ok(None));
        let mut runs = Shapes::of(&bytes).expect("a layout");
        assert_eq!(runs.take(9), Ok(Some((shapes[0], 1))));
        assert_eq!(runs.take(9), Ok(Some((shapes[1], 2))));
        for cut in BEGIN.len() + 1..bytes.len() {
            let mut cut = Shapes::of(&bytes[..cut]).expect("a layout");
            while let Ok(Some(_)) = cut.next() {}
        }
        assert!(Shapes::of(b"other").is_none());
    }

    #[test]
    fn numbers_that_are_too_long_are_refused() {
        assert_eq!(read_variable_length(&mut &[0xff_u8; 20][..]), None);
        let mut bytes = Vec::new();
        variable_length(u64::MAX, &mut bytes);
        assert_eq!(read_variable_length(&mut &bytes[..]), Some(u64::MAX));
    }
}
