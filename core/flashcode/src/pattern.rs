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
    /// Those that are dark or light in every symbol of this size.
    pub(crate) known: Vec<Known>,
}

/// A module that is known before anything is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    /// The middle of the module, in modules from the upper left corner.
    pub(crate) u: f32,
    pub(crate) v: f32,
    /// 1 for dark, −1 for light.
    pub(crate) sign: f32,
}

impl Pattern {
    pub(crate) fn new(width: usize, height: usize, modules: Vec<Module>) -> Self {
        let mut pattern = Self {
            width,
            height,
            modules,
            known: vec![],
        };
        pattern.known = pattern.known_at(|_, _| true);
        pattern
    }

    /// The known modules at columns and rows that are chosen.
    pub(crate) fn known_at(&self, chosen: impl Fn(usize, usize) -> bool) -> Vec<Known> {
        let of_module = |(at, module): (usize, &Module)| {
            let (x, y) = (at % self.width, at / self.width);
            let sign = match module {
                Module::Dark => 1.0,
                Module::Light => -1.0,
                Module::Information | Module::Data => return None,
            };
            chosen(x, y).then_some(Known {
                u: x as f32 + 0.5,
                v: y as f32 + 0.5,
                sign,
            })
        };
        self.modules.iter().enumerate().filter_map(of_module).collect()
    }
}
