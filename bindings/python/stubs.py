"""Writes type stubs beside a generated module: all that it offers, with types and docs and without bodies.

The generator writes types for people, in signatures; what it does behind them, a type checker cannot see. Here a record's fields, the
kinds of an enumeration and of an error with what they hold, and what each derives from are said as they are at run time.

usage: stubs.py MODULE.py OUT WORDS
OUT.pyi is a stub; OUT.py is a module that can be imported, to be documented. WORDS has a line for each type: its name, then fields and
what is said about them, a tab between.
"""

import ast
import builtins
import inspect
import sys
from pathlib import Path

# What the generator leaves without a type, since Python says it itself.
GIVES = {"__init__": "None", "__del__": "None", "__str__": "str", "__repr__": "str", "__eq__": "bool", "__getitem__": "typing.Any"}
TAKES = {"__eq__": {"other": "object"}, "__getitem__": {"index": "int"}}
# The converters between Rust's types and Python's, by the end of their names.
CONVERTS = {"String": "str", "Boolean": "bool", "Bytes": "bytes", "Float32": "float", "Float64": "float"}
CONVERTS.update({f"{sign}Int{bits}": "int" for sign in ("", "U") for bits in (8, 16, 32, 64)})
CONVERTER = "_UniffiFfiConverter"


def is_public(name: str) -> bool:
    return not name.startswith("_") or (name.startswith("__") and name.endswith("__"))


def is_doc(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def doc(node: ast.stmt, depth: int) -> ast.stmt:
    lines = inspect.cleandoc(node.value.value).splitlines()
    indent = "\n" + "    " * depth
    return ast.Expr(ast.Constant(indent.join(lines) + (indent if len(lines) > 1 else "")))


def parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def converted(name: str) -> str:
    """The type that a converter of this name gives."""
    name = name.removeprefix(CONVERTER)
    for wrapper, around in (("Optional", "typing.Optional"), ("Sequence", "typing.List")):
        if name.startswith(wrapper):
            return f"{around}[{converted(name.removeprefix(wrapper))}]"
    if name.startswith("Type"):
        return name.removeprefix("Type")
    if name not in CONVERTS:
        raise SystemExit(f"stubs.py: what a {name} is in Python is not known; add it to CONVERTS")
    return CONVERTS[name]


def held(module: ast.Module) -> dict:
    """What the kinds of an enumeration or error hold, in order, by the full name of the kind; read where they are made."""
    found = {}
    for node in ast.walk(module):
        if not isinstance(node, ast.Return) or not isinstance(node.value, ast.Call):
            continue
        values = node.value.args
        if isinstance(node.value.func, ast.Attribute) and all(is_read(value) for value in values):
            found[ast.unparse(node.value.func)] = [converted(value.func.value.id) for value in values]
    return found


def is_read(node: ast.expr) -> bool:
    """Whether this is `_UniffiFfiConverterX.read(buf)`."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id.startswith(CONVERTER)
    )


def function(node: ast.FunctionDef, depth: int, types: dict) -> ast.stmt:
    """A function without its body; `types` are those of its arguments, where it does not say them."""
    arguments = node.args
    types = {**types, **TAKES.get(node.name, {})}
    several = [argument for argument in (arguments.vararg, arguments.kwarg) if argument]
    for argument in arguments.args + arguments.kwonlyargs + several:
        if argument.annotation is None and argument.arg not in ("self", "cls"):
            said = "typing.Any" if argument in several else types.get(argument.arg)
            if said is None:
                raise SystemExit(f"stubs.py: {node.name} in line {node.lineno}: the type of {argument.arg} is not known")
            argument.annotation = parsed(said)
        argument.annotation = argument.annotation and without_object(argument.annotation)
    if node.returns is None:
        if node.name not in GIVES:
            raise SystemExit(f"stubs.py: {node.name} in line {node.lineno}: the type that it gives is not known")
        node.returns = parsed(GIVES[node.name])
    # Which value it is by default is the module's own affair, and may have a name that is not public.
    arguments.defaults = [ast.Constant(...) for _ in arguments.defaults]
    arguments.kw_defaults = [default and ast.Constant(...) for default in arguments.kw_defaults]
    node.body = [doc(node.body[0], depth + 1)] if is_doc(node.body[0]) else []
    node.body.append(ast.Expr(ast.Constant(...)))
    return node


def without_object(annotation: ast.expr) -> ast.expr:
    """A default that only the module knows makes any object possible in the eyes of the generator, and the type worth nothing."""
    text = ast.unparse(annotation)
    marker = "typing.Union[object, "
    return parsed(text[len(marker) : -1]) if text.startswith(marker) else annotation


def fields(init: ast.FunctionDef, depth: int, said: dict) -> list:
    """What the objects hold that this makes, with the docs that follow the assignments or else what is said about them."""
    types = {argument.arg: argument.annotation for argument in init.args.args + init.args.kwonlyargs}
    found = {}
    bodies = [getattr(node, name, []) for node in ast.walk(init) for name in ("body", "orelse")]
    for body in bodies:
        for node, after in zip(body, body[1:] + [ast.Pass()]):
            target = node.targets[0] if isinstance(node, ast.Assign) else None
            if isinstance(target, ast.Attribute) and target.attr in types:
                field = ast.AnnAssign(ast.Name(target.attr, ast.Store()), types[target.attr], simple=1)
                words = after if is_doc(after) else said.get(target.attr) and ast.Expr(ast.Constant(said[target.attr]))
                found[target.attr] = [field] + ([doc(words, depth)] if words else [])
    return [line for name in types if name in found for line in found[name]]


class Unshadowed(ast.NodeTransformer):
    """Names a type of Python's in full where a field has its name, as in `bytes: bytes`."""

    def __init__(self, shadowed: set) -> None:
        self.shadowed = shadowed

    def visit_Name(self, node: ast.Name) -> ast.expr:
        hidden = isinstance(node.ctx, ast.Load) and node.id in self.shadowed and hasattr(builtins, node.id)
        return ast.Attribute(ast.Name("builtins", ast.Load()), node.id, ast.Load()) if hidden else node


class Stubs:
    def __init__(self, module: ast.Module, words: dict, importable: bool) -> None:
        self.held = held(module)
        self.words = words
        self.importable = importable
        classes = [node for node in module.body if isinstance(node, ast.ClassDef)]
        # Errors come as two classes of one name, the first of which is what all their kinds derive from.
        self.first = {node.name: node for node in reversed(classes)}
        self.last = {node.name: node for node in classes}

    def module(self, module: ast.Module) -> ast.Module:
        own = ast.parse("import builtins").body
        late = [node for node in module.body if not is_from_the_future(node)]
        early = [node for node in module.body if is_from_the_future(node)]
        kept = early + own + [line for node in late for line in self.statement(node, 0, "")]
        used = {node.id for line in kept for node in ast.walk(line) if isinstance(node, ast.Name)}
        return ast.Module([node for node in kept if not isinstance(node, ast.Import) or node.names[0].name in used], [])

    def statement(self, node: ast.stmt, depth: int, inside: str) -> list:
        """What is left of a statement of a module or class; `inside` is the class's name."""
        if isinstance(node, ast.FunctionDef):
            wanted = is_public(node.name) and "uniffi" not in node.name
            return [function(node, depth, {})] if wanted else []
        if isinstance(node, ast.ClassDef):
            return [self.type(node, depth, inside)] if is_public(node.name) and self.is_last(node, depth) else []
        if isinstance(node, ast.Assign):
            # Another name for what is not public says nothing.
            private = isinstance(node.value, ast.Name) and not is_public(node.value.id)
            public = all(isinstance(target, ast.Name) and is_public(target.id) for target in node.targets)
            return [node] if public and not private else []
        return [node] if isinstance(node, ast.Import) else []

    def is_last(self, node: ast.ClassDef, depth: int) -> bool:
        return depth > 0 or self.last[node.name] is node

    def said(self, name: str, init: ast.FunctionDef) -> dict:
        """The words for the fields of the type of that name that has what is given here."""
        given = {argument.arg for argument in init.args.args[1:] + init.args.kwonlyargs}
        return next((said for said in self.words.get(name, []) if given <= said.keys()), {})

    def type(self, node: ast.ClassDef, depth: int, inside: str) -> ast.ClassDef:
        name = f"{inside}.{node.name}" if inside else node.name
        body = []
        for child in node.body:
            documents = is_doc(child) and (not body or isinstance(body[-1], (ast.Assign, ast.AnnAssign)))
            if documents:
                body.append(doc(child, depth + 1))
            elif isinstance(child, ast.FunctionDef) and child.name == "__init__":
                names = [argument.arg for argument in child.args.args[1:]]
                types = dict(zip(names, self.held.get(name, [])))
                source = ast.parse(ast.unparse(child)).body[0]
                made = function(child, depth + 1, types)
                source.args = made.args
                body += fields(source, depth + 1, self.said(name, source)) + [made]
            else:
                body += self.statement(child, depth + 1, name)
        if inside:
            # A kind is one of what it is a kind of. Where that is imported, it is not there yet.
            error = self.first[inside].bases
            node.bases = error if self.importable else [ast.Name(inside, ast.Load())]
        elif self.first[node.name] is not node:
            node.bases = self.first[node.name].bases
        # A dataclass whose fields are set by hand has none, in the eyes of `dataclasses`.
        node.decorator_list = []
        names = {line.target.id for line in body if isinstance(line, ast.AnnAssign)}
        node.body = [Unshadowed(names).visit(line) for line in body] or [ast.Expr(ast.Constant(...))]
        return node


def is_from_the_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def main(source: Path, out: Path, table: Path) -> None:
    words = {}
    for line in table.read_text(encoding="utf-8").splitlines():
        name, *cells = line.split("\t")
        words.setdefault(name, []).append(dict(zip(cells[::2], cells[1::2])))
    module = ast.parse(source.read_text(encoding="utf-8"))
    stubs = Stubs(module, words, importable=out.suffix == ".py").module(module)
    out.write_text(ast.unparse(ast.fix_missing_locations(stubs)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*(Path(word) for word in sys.argv[1:]))
