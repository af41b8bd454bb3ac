//! What differs by database engine, and the quick readings of its text columns.
