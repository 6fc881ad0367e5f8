//! Similarity and codings of the linkage held against Python's standard library (`tests/data/linkage/oracles.py`): difflib without junk, hashlib,
//! base64, binascii, urllib.parse.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use dataspoor::analysis::linkage::{Coding, ratio, variants};
use serde_json::{Value, json};

/// Numbers at random from a fixed seed (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((number ^ number >> 31) % end as u64) as usize
    }

    fn text(&mut self, signs: &[char], longest: usize) -> String {
        (0..self.below(longest + 1)).map(|_| signs[self.below(signs.len())]).collect()
    }
}

/// Two texts: of few signs, so that matches compete; of many; and one made of the other by small changes.
fn pair(random: &mut Random) -> [String; 2] {
    let few: Vec<char> = "abc".chars().collect();
    let many: Vec<char> = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_é€😀".chars().collect();
    match random.below(3) {
        0 => [random.text(&few, 40), random.text(&few, 40)],
        1 => [random.text(&many, 60), random.text(&many, 60)],
        _ => {
            // Longer than 200 characters too: there Python would begin to leave out frequent ones, if it were not told not to.
            let one = random.text(&many[..20], 260);
            let other = one.chars().map(|sign| if random.below(8) == 0 { many[random.below(many.len())] } else { sign }).collect();
            [one, other]
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What Python says.
fn asked(question: &Value) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/linkage/oracles.py");
    let mut python = Command::new("python3")
        .arg("-I")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 is needed for this test: install it (on Debian: apt-get install python3)");
    python.stdin.take().expect("python3 answers").write_all(question.to_string().as_bytes()).expect("python3 answers");
    let output = python.wait_with_output().expect("python3 answers");
    assert!(output.status.success(), "the script failed: {}", output.status);
    serde_json::from_slice(&output.stdout).expect("python3 answers")
}

#[test]
fn similarity_is_that_of_difflib() {
    let mut random = Random(6);
    let pairs: Vec<[String; 2]> = (0..10_000).map(|_| pair(&mut random)).collect();
    let said = asked(&json!({ "pairs": pairs, "values": [] }));
    let ratios = said["ratios"].as_array().expect("python3 answers");
    assert_eq!(ratios.len(), pairs.len());
    let differing: Vec<_> = pairs
        .iter()
        .zip(ratios)
        .filter(|([one, other], said)| ratio(one, other).to_bits() != said.as_str().unwrap().parse::<f64>().unwrap().to_bits())
        .collect();
    assert!(differing.is_empty(), "{} differ, the first: {:?}", differing.len(), differing[0]);
    let alike = pairs.iter().filter(|[one, other]| (0.05..0.95).contains(&ratio(one, other))).count();
    assert!(alike > 5_000, "only {alike} pairs are worth comparing");
}

#[test]
fn codings_are_those_of_the_standard_library() {
    let mut random = Random(7);
    let mut values: Vec<Vec<u8>> = (0..40).map(|n| (0..n).map(|_| random.below(256) as u8).collect()).collect();
    values.extend(
        ["jan.de.vries@example.org", "GA1.2.193847562.1600000000", "a b+c/d=e&f", "\u{e9}\u{20ac} !*'()~", ""]
            .map(|text| text.as_bytes().to_vec()),
    );
    let said = asked(&json!({ "pairs": [], "values": values.iter().map(|value| hex(value)).collect::<Vec<_>>() }));
    let mut compared = 0;
    for (value, said) in values.iter().zip(said["written"].as_array().unwrap()) {
        let mut ours: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for inner in Coding::ALL {
            let once = variants(value, inner);
            for outer in Coding::ALL {
                let twice = once.iter().flat_map(|way| variants(way, outer)).map(|way| hex(&way)).collect();
                ours.insert(format!("{}+{}", inner.id(), outer.id()), twice);
            }
            ours.insert(inner.id().to_owned(), once.iter().map(|way| hex(way)).collect());
        }
        let said: BTreeMap<String, Vec<String>> = serde_json::from_value(said.clone()).unwrap();
        assert_eq!(said.len(), 6 + 36);
        assert_eq!(ours, said, "{}", hex(value));
        compared += said.values().map(Vec::len).sum::<usize>();
    }
    assert!(compared > 5_000, "only {compared} were compared");
}
