//! Pictures of what the tables say: values → SVG text, drawn by hand and without script, style sheet or outside resource. Everything that a
//! picture shows stands in a table beside it too, and every picture says in a title and one sentence with numbers what it shows. Nothing is told
//! by colour alone, and no colour judges. A picture of nothing is no picture: an empty text.

mod categories;
mod flow;
mod kit;
mod lifetimes;
mod matrix;
mod series;
mod timeline;
mod trail;

pub(super) use categories::categories;
pub(super) use flow::recipients;
pub(super) use lifetimes::lifetimes;
pub(super) use matrix::matrix;
pub(super) use series::series;
pub(super) use timeline::timeline;
pub(super) use trail::trail;

#[cfg(test)]
mod tests;
