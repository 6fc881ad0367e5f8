//! Speed of the search for identifiers: one, four and sixteen times the same amount of synthetic traffic, collected, sorted and joined. The time per
//! byte should stay the same. Prints times; judges nothing.
//!
//! `cargo bench --bench linkage`

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use dataspoor::analysis::MemorySpool;
use dataspoor::analysis::linkage::{EntryFacts, Linkage, Linker};
use dataspoor::decode::{Field, FieldPlace};
use dataspoor::evidence::CaseKey;
use dataspoor::model::{Locator, Part, Side, Timestamp};

/// Entries of the smallest recording.
const ENTRIES: u64 = 500;

/// Bytes of the body of each answer.
const BODY: usize = 20_000;

/// Memory for records, in bytes; small enough for the largest recording to need several runs.
const MEMORY: usize = 4 << 20;

fn main() {
    let mut criterion = Criterion::default().sample_size(10).configure_from_args();
    let mut group = criterion.benchmark_group("linkage");
    for times in [1, 4, 16] {
        let traffic = Traffic::new(ENTRIES * times);
        let linkage = traffic.linked();
        assert!(!linkage.sharings.is_empty(), "the traffic holds values that are shared");
        group.throughput(Throughput::Bytes(linkage.bytes));
        group.bench_with_input(BenchmarkId::from_parameter(format!("{times}x")), &traffic, |bencher, traffic| {
            bencher.iter(|| black_box(traffic.linked()));
        });
    }
    group.finish();
    criterion.final_summary();
}

/// Requests with cookies and parameters to hosts of a few sites, and answers with code.
struct Traffic {
    entries: u64,
    body: Vec<u8>,
}

impl Traffic {
    fn new(entries: u64) -> Self {
        let mut random = Random(3);
        let mut body = Vec::with_capacity(BODY + 100);
        while body.len() < BODY {
            body.extend_from_slice(b"function(e,t){return e.addEventListener(\"click\",function(n){n.preventDefault(),t(\"");
            body.extend_from_slice(random.text(12).as_bytes());
            body.extend_from_slice(b"\")})};");
        }
        Self { entries, body }
    }

    fn linked(&self) -> Linkage {
        let mut linker = Linker::new(&CaseKey::of_case([1; 32]), Box::new(MemorySpool::default()), MEMORY);
        for number in 0..self.entries {
            let mut random = Random(number);
            // Identifiers of few visitors, so that the same ones come again and again; the rest differs in every entry.
            let id = Random(number % 20).text(24);
            let at = Timestamp::from_nanoseconds(1_700_000_000_000_000_000 + number as i64 * 1_000_000);
            let host = ["www.one.example", "px.two.example", "three.test"][number as usize % 3];
            let site = ["one.example", "two.example", "three.test"][number as usize % 3];
            linker.begin(&EntryFacts { number, at, answered: at, host, site, asked_from: "one.example", redirect: None, was_sent: true });
            let mut body = self.body.clone();
            body.extend_from_slice(random.text(40).as_bytes());
            put(&mut linker, Side::Request, FieldPlace::Cookie, "id", id.as_bytes());
            put(&mut linker, Side::Request, FieldPlace::Query, "uid", id.as_bytes());
            put(&mut linker, Side::Request, FieldPlace::Query, "r", random.text(30).as_bytes());
            put(
                &mut linker,
                Side::Request,
                FieldPlace::Header,
                "referer",
                format!("https://one.example/{}?a=1", random.text(10)).as_bytes(),
            );
            put(&mut linker, Side::Response, FieldPlace::Body, "", &body);
            linker.end().expect("in memory");
        }
        linker.finish(&|_| 1).expect("in memory")
    }
}

fn put(linker: &mut Linker, side: Side, place: FieldPlace, name: &str, value: &[u8]) {
    let locator = Locator { part: Part::RequestLine, steps: Vec::new() };
    linker.field(&Field { side, message: None, place, name, value, locator: &locator, depth: 0, holds_fields: false }, None);
}

/// Letters and digits at random from a fixed seed (SplitMix64).
struct Random(u64);

impl Random {
    fn text(&mut self, length: usize) -> String {
        const SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let mut sign = || {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut number = self.0;
            number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            SIGNS[((number ^ number >> 31) % SIGNS.len() as u64) as usize] as char
        };
        (0..length).map(|_| sign()).collect()
    }
}
