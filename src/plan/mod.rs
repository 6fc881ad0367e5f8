//! The plan of a case: who visits what along which path of choices, how often and when, and the steps a script takes. Text in, checked values out;
//! what was recorded of it is compared with the plan, never made up from it. Starts nothing, opens no file and knows no finding.

pub mod steps;

pub use steps::{Element, Step, Steps, StepsError};
