//! Writes small databases in MaxMind DB format 2.0 for tests, by its specification; nothing of a publisher's database is in the repository.

use std::net::IpAddr;

/// A value of a record.
#[derive(Clone)]
pub(crate) enum Data {
    Text(String),
    Short(u16),
    Number(u32),
    Long(u64),
    Map(Vec<(String, Data)>),
}

/// A database for IPv4 of the networks given, none of which holds another.
pub(crate) fn database(kind: &str, built: u64, records: &[(&str, u8, Data)]) -> Vec<u8> {
    // A node is two records: where a bit 0 and a bit 1 lead. `None`: nothing is known.
    enum Leads {
        Nowhere,
        Node(usize),
        Data(usize),
    }
    let mut nodes = vec![[Leads::Nowhere, Leads::Nowhere]];
    let mut data = Vec::new();
    for (network, length, value) in records {
        let Ok(IpAddr::V4(network)) = network.parse() else { panic!("{network} is no IPv4 address") };
        let bits = u32::from(network);
        let offset = data.len();
        write(&mut data, value);
        let mut at = 0;
        for depth in 0..*length {
            let bit = (bits >> (31 - depth) & 1) as usize;
            if depth + 1 == *length {
                nodes[at][bit] = Leads::Data(offset);
            } else if let Leads::Node(next) = nodes[at][bit] {
                at = next;
            } else {
                let next = nodes.len();
                nodes[at][bit] = Leads::Node(next);
                nodes.push([Leads::Nowhere, Leads::Nowhere]);
                at = next;
            }
        }
    }
    let count = nodes.len();
    let mut out = Vec::new();
    for lead in nodes.iter().flatten() {
        let number = match lead {
            Leads::Nowhere => count,
            Leads::Node(node) => *node,
            // Offsets into the data section are counted from behind the sixteen zero bytes.
            Leads::Data(offset) => count + 16 + offset,
        };
        out.extend(&(number as u32).to_be_bytes()[1..]);
    }
    out.extend([0; 16]);
    out.extend(data);
    // The mark before the metadata, as the specification gives it.
    out.extend(b"\xab\xcd\xefMaxMind.com");
    let text = |text: &str| Data::Text(text.to_owned());
    // The widths are those of the specification: 16 bits, 32 bits for the count of nodes and 64 for the time.
    let fields = [
        ("node_count", Data::Number(count as u32)),
        ("record_size", Data::Short(24)),
        ("ip_version", Data::Short(4)),
        ("database_type", text(kind)),
        ("binary_format_major_version", Data::Short(2)),
        ("binary_format_minor_version", Data::Short(0)),
        ("build_epoch", Data::Long(built)),
        ("description", Data::Map(vec![])),
    ];
    control(&mut out, 7, fields.len() + 1);
    for (key, value) in fields {
        write(&mut out, &text(key));
        write(&mut out, &value);
    }
    write(&mut out, &text("languages"));
    control(&mut out, 11, 0);
    out
}

/// Type and size of a value (specification, "Data Field Format"); types beyond 7 stand in a byte of their own.
fn control(out: &mut Vec<u8>, kind: u8, size: usize) {
    let size = u8::try_from(size).expect("small");
    assert!(size < 29, "one byte is enough for what the tests need");
    if kind <= 7 {
        out.push(kind << 5 | size);
    } else {
        out.extend([size, kind - 7]);
    }
}

fn write(out: &mut Vec<u8>, value: &Data) {
    match value {
        Data::Text(text) if text.len() >= 29 => {
            out.extend([2 << 5 | 29, u8::try_from(text.len() - 29).expect("short")]);
            out.extend(text.as_bytes());
        }
        Data::Text(text) => {
            control(out, 2, text.len());
            out.extend(text.as_bytes());
        }
        Data::Number(number) => {
            control(out, 6, 4);
            out.extend(number.to_be_bytes());
        }
        Data::Short(number) => {
            control(out, 5, 2);
            out.extend(number.to_be_bytes());
        }
        Data::Long(number) => {
            control(out, 9, 8);
            out.extend(number.to_be_bytes());
        }
        Data::Map(fields) => {
            control(out, 7, fields.len());
            for (key, value) in fields {
                write(out, &Data::Text(key.clone()));
                write(out, value);
            }
        }
    }
}
