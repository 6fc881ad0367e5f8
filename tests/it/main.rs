//! Tests of the whole: files in, files out, by the library and by the program.

#![allow(clippy::print_stderr, reason = "a test says what it compared, and what it could not find")]

mod bad_input;
mod browser;
mod capture;
mod closing;
mod cookie_events;
mod cookies;
mod cookies_second_reader;
mod corpus;
mod coverage;
mod decode_fields;
mod demo_fields;
mod determinism;
mod doctor;
mod facts;
mod firefox;
mod flips;
mod har;
mod html;
mod leaks;
mod lifetimes;
mod linkage_oracles;
mod lists;
mod live_archive;
mod live_bad_input;
mod live_bench;
mod live_bodies;
mod live_chat;
mod live_demo;
mod live_faults;
mod live_kills;
mod live_load;
mod live_origin;
mod live_soak;
mod live_sockets;
mod locators;
// The writer of small databases that the readers are tested with.
#[path = "../../src/rules/lists/mmdb.rs"]
mod mmdb;
mod name_server;
mod operator;
mod origin;
mod pixel;
mod proxy;
mod proxy_bench;
mod proxy_connect;
mod proxy_failing;
mod proxy_keeping;
mod proxy_policy;
mod proxy_reach;
mod proxy_relay;
mod proxy_torture;
mod proxy_trailers;
mod proxy_websocket;
mod proxy_websocket_peers;
mod proxy_wire;
mod recipients;
mod rules;
mod rules_golden;
mod secrets;
mod seeds;
mod suffixes;
mod tidy;
mod verdicts;
mod visit;
