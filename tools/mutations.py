"""Small breaks of Python functions: an operator for its neighbour, a constant off by one, an argument left out.

Only functions are mutated. What is written for readers and type checkers stays, and so do assertions.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

SWAPS: dict[object, tuple[type[ast.AST], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.LShift: (ast.RShift,),
    ast.RShift: (ast.LShift,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
    ast.BitXor: (ast.BitOr,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.USub: (ast.UAdd,),
}
NAMES = {
    "min": "max", "max": "min", "any": "all", "all": "any", "floor": "ceil", "ceil": "floor", "sorted": "list",
    "append": "count", "minimum": "maximum", "lower": "upper", "removeprefix": "removesuffix", "sure_day": "first_day",
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One small break: the module, the function by its qualified name, the line, and what becomes of it."""

    module: str
    function: str
    line: int
    before: str
    after: str
    code: CodeType

    def __str__(self) -> str:
        return f"{self.module}.py:{self.line} {self.function}: {self.before}  →  {self.after}"


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Yield every mutant of the functions of a module, each with its code compiled."""
    tree = ast.parse(path.read_text())
    for function, name in functions_in(tree):
        for node in own_nodes(function):
            for after in list(changes(node)):
                yield from compiled(tree, path, name, node, after)


def functions_in(tree: ast.AST, inside: str = "") -> Iterator[tuple[ast.FunctionDef, str]]:
    """Yield the functions and methods of a module with their qualified names; inner functions are part of theirs."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield from functions_in(node, f"{inside}{node.name}.")
        elif isinstance(node, ast.FunctionDef):
            yield node, inside + node.name


def own_nodes(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """Yield the nodes of the body of a function, but for what is written for readers and type checkers."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.Assert) or (isinstance(node, ast.keyword) and node.arg == "strict"):
            continue
        yield node
        for field, value in ast.iter_fields(node):
            if field not in {"annotation", "returns", "decorator_list"}:
                children = value if isinstance(value, list) else [value]
                waiting += [child for child in children if isinstance(child, ast.AST)]


def changes(node: ast.AST) -> Iterator[tuple[str, Any]]:
    """Yield what may be broken in a node, as the name of its field and the value that takes its place."""
    yield from swapped(node)
    match node:
        case ast.Constant(value=value):
            yield from (("value", other) for other in others(value))
        case ast.Name(id=name) if name in NAMES:
            yield "id", NAMES[name]
        case ast.Attribute(attr=name) if name in NAMES:
            yield "attr", NAMES[name]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield "operand", ast.UnaryOp(ast.Not(), operand)
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            yield "test", ast.UnaryOp(ast.Not(), test)
        case ast.Call():
            yield from broken_arguments(node)
        case _:
            yield from emptied(node)


def swapped(node: ast.AST) -> Iterator[tuple[str, Any]]:
    """Yield the operators of a node, each replaced by one that is easily taken for it."""
    for swap in SWAPS.get(type(getattr(node, "op", None)), ()):
        yield "op", swap()
    operators = getattr(node, "ops", [])
    for place, each in enumerate(operators):
        for swap in SWAPS.get(type(each), ()):
            yield "ops", [*operators[:place], swap(), *operators[place + 1 :]]


def others(value: object) -> tuple[object, ...]:
    """Return what a constant may be mistaken for."""
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int | float):
        return (value + 1, -value) if value else (1,)
    return (f"{value}?",) if isinstance(value, str) else ()


def emptied(node: ast.AST) -> Iterator[tuple[str, Any]]:
    """Yield the parts of a node that may be missing."""
    match node:
        case ast.comprehension(ifs=[_, *_]):
            yield "ifs", []
        case ast.Return(value=ast.expr() as value) | ast.Assign(value=value) | ast.AugAssign(value=value):
            yield from () if is_none(value) else (("value", ast.Constant(None)),)
        case ast.Raise():
            yield "exc", ast.Call(ast.Name("RuntimeError", ast.Load()), [], [])
        case ast.Slice(lower=lower, upper=upper):
            yield from (("lower", None),) if lower else ()
            yield from (("upper", None),) if upper else ()


def broken_arguments(call: ast.Call) -> Iterator[tuple[str, Any]]:
    """Yield the arguments of a call with each of them, in turn, None or, where it has a name, left out."""
    for place, argument in enumerate(call.args):
        if not isinstance(argument, ast.Starred | ast.GeneratorExp) and not is_none(argument):
            yield "args", [*call.args[:place], ast.Constant(None), *call.args[place + 1 :]]
    for place, keyword in enumerate(call.keywords):
        if keyword.arg != "strict":  # an assertion, like `assert`
            yield "keywords", [*call.keywords[:place], *call.keywords[place + 1 :]]


def is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def compiled(tree: ast.Module, path: Path, name: str, node: ast.AST, change: tuple[str, Any]) -> Iterator[Mutant]:
    """Yield the mutant in which a field of a node has another value, unless it is no valid code."""
    field, value = change
    line = getattr(node, "lineno", 0)
    old, before = getattr(node, field), ast.unparse(node)
    setattr(node, field, value)
    try:
        after = ast.unparse(node) if field != "keywords" else f"without {gone(old, value)}="
        module = compile(ast.fix_missing_locations(deepcopy(tree)), str(path), "exec")
        yield Mutant(path.stem, name, line, short(before), short(after), code_of(module, name))
    except (SyntaxError, ValueError, TypeError):
        return
    finally:
        setattr(node, field, old)


def gone(before: list[ast.keyword], after: list[ast.keyword]) -> str | None:
    """Return the name of the argument that is missing."""
    return next(each.arg for each in before if each not in after)


def short(text: str) -> str:
    """Return a piece of code on one line, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= 100 else f"{line[:99]}…"


def code_of(module: CodeType, name: str) -> CodeType:
    """Return the code of a function in the code of its module."""
    code = module
    for part in name.split("."):
        code = next(each for each in code.co_consts if isinstance(each, CodeType) and each.co_name == part)
    return code
