//! The chapter about fields: what is not established is said to be, and hostile names are harmless.
