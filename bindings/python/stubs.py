"""Writes type stubs beside a generated module: its public classes and functions with their types and docs, without their bodies.

usage: stubs.py MODULE.py
"""

import ast
import sys
from pathlib import Path


def is_public(name: str) -> bool:
    return not name.startswith("_") or (name.startswith("__") and name.endswith("__"))


def hollow(node: ast.stmt) -> bool:
    """Takes the bodies out of a statement; says whether it is worth keeping."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        if not is_public(node.name) or "uniffi" in node.name:
            return False
        node.body = doc(node) + [ast.Expr(ast.Constant(...))]
        # Which value it is by default is the module's own affair, and may have a name that is not public.
        node.args.defaults = [ast.Constant(...) for _ in node.args.defaults]
        node.args.kw_defaults = [default and ast.Constant(...) for default in node.args.kw_defaults]
        return True
    if isinstance(node, ast.ClassDef):
        if node.name.startswith("_"):
            return False
        node.body = doc(node) + [child for child in node.body if not is_doc(child) and hollow(child)]
        node.body = node.body or [ast.Expr(ast.Constant(...))]
        return True
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.AnnAssign)):
        return True
    if isinstance(node, ast.Assign):
        return all(isinstance(target, ast.Name) and is_public(target.id) for target in node.targets)
    return False


def is_doc(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def doc(node) -> list:
    return [node.body[0]] if node.body and is_doc(node.body[0]) else []


def main(path: Path) -> None:
    module = ast.parse(path.read_text(encoding="utf-8"))
    module.body = [node for node in module.body if hollow(node)]
    path.with_suffix(".pyi").write_text(ast.unparse(ast.fix_missing_locations(module)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
