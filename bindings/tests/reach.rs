//! Every ability of core has a way through the facade: the public methods of `Companion`, and of every object that one gives, are
//! called by the bindings. Records need no such test: they are declared with `remote`, and a field that is missing does not compile.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test: what fails here fails it, with the reason"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use syn::visit::Visit;

/// What an app has no use for, each with the reason.
const NOT_FOR_APPS: &[(&str, &str)] = &[
    ("Companion::folder", "the app named it"),
    (
        "Companion::visitor",
        "for whom things are looked up inside; an app says it with `prefer`",
    ),
    ("Companion::plan", "`planning`, which can be cancelled"),
    ("Companion::start", "`download_planned`, which screens can watch"),
    ("Companion::sync", "`download`, which screens can watch"),
    ("Companion::guide", "`walk`, which screens can watch"),
    ("Companion::roam", "`walk_around`, which screens can watch"),
    (
        "Companion::guide_replayed",
        "for walks that were recorded: the terminal and tests replay them",
    ),
    (
        "Rendering::render_all",
        "writes into an output of core's; an app takes samples by `read`",
    ),
];

/// Public inherent methods by type, and the types that each names in its signature.
#[derive(Default)]
struct Abilities {
    of_type: Option<String>,
    methods: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
    /// Structs with a field that is not public: objects, not records.
    objects: BTreeSet<String>,
    in_test: bool,
}

/// Identifiers of types in a piece of source.
#[derive(Default)]
struct Names(BTreeSet<String>);

impl<'a> Visit<'a> for Names {
    fn visit_path(&mut self, path: &'a syn::Path) {
        self.0
            .extend(path.segments.iter().map(|segment| segment.ident.to_string()));
        syn::visit::visit_path(self, path);
    }
}

fn is_public(visibility: &syn::Visibility) -> bool {
    matches!(visibility, syn::Visibility::Public(_))
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<syn::Path>()
                .is_ok_and(|what| what.is_ident("test"))
    })
}

impl<'a> Visit<'a> for Abilities {
    fn visit_item_mod(&mut self, module: &'a syn::ItemMod) {
        let outside = self.in_test;
        self.in_test |= is_test(&module.attrs);
        syn::visit::visit_item_mod(self, module);
        self.in_test = outside;
    }

    fn visit_item_struct(&mut self, item: &'a syn::ItemStruct) {
        if is_public(&item.vis) && !self.in_test && item.fields.iter().any(|field| !is_public(&field.vis)) {
            self.objects.insert(item.ident.to_string());
        }
    }

    fn visit_item_impl(&mut self, item: &'a syn::ItemImpl) {
        let (None, syn::Type::Path(of), false) = (&item.trait_, &*item.self_ty, self.in_test) else {
            return;
        };
        self.of_type = of.path.segments.last().map(|segment| segment.ident.to_string());
        syn::visit::visit_item_impl(self, item);
        self.of_type = None;
    }

    fn visit_impl_item_fn(&mut self, method: &'a syn::ImplItemFn) {
        let of_an_object = method.sig.receiver().is_some();
        if let (Some(of), true, true) = (&self.of_type, is_public(&method.vis), of_an_object) {
            let mut names = Names::default();
            names.visit_return_type(&method.sig.output);
            self.methods
                .entry(of.clone())
                .or_default()
                .insert(method.sig.ident.to_string(), names.0);
        }
    }
}

/// Names that are called: methods, and the last word of paths.
#[derive(Default)]
struct Calls(BTreeSet<String>);

impl<'a> Visit<'a> for Calls {
    fn visit_expr_method_call(&mut self, call: &'a syn::ExprMethodCall) {
        self.0.insert(call.method.to_string());
        syn::visit::visit_expr_method_call(self, call);
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        self.0
            .extend(path.segments.last().map(|segment| segment.ident.to_string()));
        syn::visit::visit_path(self, path);
    }
}

fn sources(folder: &Path, found: &mut Vec<(PathBuf, syn::File)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let file = syn::parse_file(&text).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
            found.push((path, file));
        }
    }
}

#[test]
fn every_ability_of_core_has_a_way_through_the_facade() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut core, mut bindings) = (Vec::new(), Vec::new());
    // The rooms whose objects a companion gives; what it only reads from has its say through the companion's own methods.
    for room in ["companion", "journal", "guide", "audio"] {
        sources(&here.join("../core/src").join(room), &mut core);
    }
    sources(&here.join("src"), &mut bindings);
    let mut abilities = Abilities::default();
    for (_, file) in &core {
        abilities.visit_file(file);
    }
    // Which file of the bindings works with an object: the one that names it. Calls are looked for there alone, so that a
    // `snapshot` of one object does not stand for that of another.
    let callers = |object: &str| {
        let mut calls = Calls::default();
        for (_, file) in &bindings {
            let mut names = Names::default();
            names.visit_file(file);
            let mut imported = Calls::default();
            imported.visit_file(file);
            let text_names = file.items.iter().any(|item| match item {
                syn::Item::Use(tree) => use_names(&tree.tree).contains(object),
                _ => false,
            });
            // A companion is worked with everywhere, through the house.
            if object == "Companion" || object == "Journal" || text_names || names.0.contains(object) {
                calls.visit_file(file);
            }
        }
        calls.0
    };
    // A scanner needs no companion to be made; the facade gives one from there all the same.
    let (mut wanted, mut seen) = (
        vec!["Companion".to_owned(), "Scanner".to_owned()],
        BTreeSet::new(),
    );
    let mut missing = Vec::new();
    while let Some(object) = wanted.pop() {
        if !seen.insert(object.clone()) {
            continue;
        }
        let called = callers(&object);
        for (method, gives) in abilities.methods.get(&object).into_iter().flatten() {
            let name = format!("{object}::{method}");
            if NOT_FOR_APPS.iter().any(|(known, _)| *known == name) {
                continue;
            }
            if !called.contains(method) {
                missing.push(name);
                continue;
            }
            wanted.extend(gives.intersection(&abilities.objects).cloned());
        }
    }
    assert!(
        missing.is_empty(),
        "an app cannot reach {}: add a method to the facade, or a reason to NOT_FOR_APPS",
        missing.join(", ")
    );
    for object in [
        "Download",
        "Planning",
        "Walking",
        "Listening",
        "Journal",
        "Rendering",
        "Subscription",
    ] {
        assert!(
            seen.contains(object),
            "{object} is not found from Companion any more: {seen:?}"
        );
    }
    for (known, _) in NOT_FOR_APPS {
        let (object, method) = known.split_once("::").unwrap();
        let there = abilities
            .methods
            .get(object)
            .is_some_and(|methods| methods.contains_key(method));
        assert!(there, "{known} is excused and does not exist any more");
    }
}

fn use_names(tree: &syn::UseTree) -> BTreeSet<String> {
    match tree {
        syn::UseTree::Path(path) => use_names(&path.tree),
        syn::UseTree::Name(name) => BTreeSet::from([name.ident.to_string()]),
        syn::UseTree::Rename(rename) => BTreeSet::from([rename.ident.to_string()]),
        syn::UseTree::Glob(_) => BTreeSet::new(),
        syn::UseTree::Group(group) => group.items.iter().flat_map(use_names).collect(),
    }
}

#[test]
fn every_method_says_whether_it_does_io() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut silent = Vec::new();
    for (path, file) in &files {
        for item in &file.items {
            let syn::Item::Impl(block) = item else { continue };
            let exported = block
                .attrs
                .iter()
                .any(|a| a.path().segments.last().is_some_and(|s| s.ident == "export"));
            // A room whose every method reads the catalogue says so once, at its head.
            let about = file.items.iter().find_map(|item| match (item, &*block.self_ty) {
                (syn::Item::Struct(object), syn::Type::Path(of)) if of.path.is_ident(&object.ident) => {
                    Some(docs(&object.attrs))
                }
                _ => None,
            });
            let at_the_head = about.is_some_and(|text| text.contains("Each reads"));
            for method in &block.items {
                let syn::ImplItem::Fn(method) = method else {
                    continue;
                };
                let text = docs(&method.attrs);
                let says = ["I/O", "Reads", "Writes", "network", "disk", "Returns at once"]
                    .iter()
                    .any(|word| text.contains(word));
                if exported && !says && !at_the_head {
                    silent.push(format!("{}: {}", path.display(), method.sig.ident));
                }
            }
        }
    }
    assert!(
        silent.is_empty(),
        "whether they do I/O is not said by: {silent:#?}"
    );
}

fn docs(attributes: &[syn::Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join(" ")
}
