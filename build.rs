//! Embeds the rule files of `rules/` into the binary, so that adding a file needs no Rust.

#![allow(clippy::disallowed_methods, reason = "cargo speaks to build scripts by environment variables")]

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=rules");
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let folder = Path::new(&root).join("rules");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("rules/ is part of the package")
        .map(|entry| entry.expect("rules/ can be listed").file_name().into_string().expect("rule files have plain names"))
        .filter(|name| name.ends_with(".toml"))
        .collect();
    names.sort();
    let mut code = String::from("&[\n");
    for name in names {
        // By the folder that is compiled, not by the one in which this ran: two clones may share what cargo builds.
        writeln!(code, "    ({name:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {:?}))),", format!("/rules/{name}"))
            .expect("writing to a string");
    }
    code.push_str("]\n");
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("rules.rs"), code).expect("OUT_DIR can be written");
}
