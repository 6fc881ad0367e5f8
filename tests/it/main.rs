//! Tests of the whole: files in, files out, by the library and by the program.

#![allow(clippy::print_stderr, reason = "a test says what it compared, and what it could not find")]

mod bad_input;
mod browser;
mod capture;
mod cookies;
mod corpus;
mod determinism;
mod facts;
mod flips;
mod har;
mod html;
mod leaks;
mod live_archive;
mod live_bad_input;
mod live_bench;
mod live_bodies;
mod live_demo;
mod live_kills;
mod live_origin;
mod live_sockets;
mod locators;
mod origin;
mod proxy;
mod proxy_bench;
mod proxy_connect;
mod proxy_failing;
mod proxy_keeping;
mod proxy_torture;
mod rules;
mod tidy;
mod visit;
