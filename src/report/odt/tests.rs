//! Text documents by their parts.
