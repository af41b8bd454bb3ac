//! Reading and writing the register.
