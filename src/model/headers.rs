//! Header fields in the order and the letter case in which they were recorded.

/// Header fields of one message. Names keep their case and repeated names stay separate; all bytes lie in one buffer, so that a message
/// with forty fields costs two allocations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    bytes: Vec<u8>,
    /// For each field: end of its name, end of its value. A field begins where the one before ends.
    ends: Vec<(u32, u32)>,
}

impl Headers {
    /// No fields.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// No fields yet, with room for `fields` of them and `bytes` bytes in all.
    #[must_use]
    pub fn with_capacity(fields: usize, bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), ends: Vec::with_capacity(fields) }
    }

    /// Adds a field at the end. What would pass 4 GiB in one message is cut there.
    pub fn push(&mut self, name: &[u8], value: &[u8]) {
        let room = (u32::MAX as usize).saturating_sub(self.bytes.len());
        let name = &name[..name.len().min(room)];
        self.bytes.extend_from_slice(name);
        let name_end = self.bytes.len() as u32;
        let value = &value[..value.len().min(room - name.len())];
        self.bytes.extend_from_slice(value);
        self.ends.push((name_end, self.bytes.len() as u32));
    }

    /// How many fields there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no field.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Name and value of the field at `index`, counted from 0.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<(&[u8], &[u8])> {
        let &(name_end, end) = self.ends.get(index)?;
        let start = if index == 0 { 0 } else { self.ends[index - 1].1 };
        Some((&self.bytes[start as usize..name_end as usize], &self.bytes[name_end as usize..end as usize]))
    }

    /// All fields in order.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> + '_ {
        let mut start = 0_usize;
        self.ends.iter().map(move |&(name_end, end)| {
            let field = (&self.bytes[start..name_end as usize], &self.bytes[name_end as usize..end as usize]);
            start = end as usize;
            field
        })
    }

    /// The fields called `name` (letter case does not count, RFC 9110 section 5.1), each with its index from 0.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (usize, &'a [u8])> + 'a {
        self.iter()
            .enumerate()
            .filter(move |(_, (field, _))| field.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(index, (_, value))| (index, value))
    }

    /// The value of the first field called `name`.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<&[u8]> {
        self.iter().find(|(field, _)| field.eq_ignore_ascii_case(name.as_bytes())).map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_order_case_and_repetition() {
        let mut headers = Headers::new();
        headers.push(b"Set-Cookie", b"a=1");
        headers.push(b"X", b"");
        headers.push(b"set-cookie", b"b=2");
        assert_eq!(headers.all("SET-COOKIE").collect::<Vec<_>>(), [(0, &b"a=1"[..]), (2, &b"b=2"[..])]);
        assert_eq!(headers.get(1), Some((&b"X"[..], &b""[..])));
        assert_eq!(headers.get(2), Some((&b"set-cookie"[..], &b"b=2"[..])));
        assert_eq!(headers.get(3), None);
        assert_eq!(headers.first("x"), Some(&b""[..]));
        assert_eq!(headers.iter().count(), headers.len());
    }
}
