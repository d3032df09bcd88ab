//! What a symbology puts into every symbol of a size: the modules that are known before anything is read.

/// What a module is by the standard alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Module {
    /// Dark in every symbol of this size.
    Dark,
    /// Light in every symbol of this size.
    Light,
    /// Part of the symbol's own information about itself.
    Information,
    /// Part of a codeword, or left over.
    Data,
}

/// The modules of a symbol, row after row.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) modules: Vec<Module>,
}
