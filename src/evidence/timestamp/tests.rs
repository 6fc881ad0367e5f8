//! Tests of timestamps: tokens of a real authority (`openssl ts`), whole and changed.
