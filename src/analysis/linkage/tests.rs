//! Whole linkages.
