"""Lowers `ast` statements to facts."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lint_rules.facts import ir
from lint_rules.facts.expressions import lower, lower_all
from lint_rules.facts.syntax import TypeAlias

if TYPE_CHECKING:
    from lint_rules.facts.reader import Reader

_NOTHING = ir.Const(None, "NoneType")
UNSET = ir.Const(None, "unset")


def lower_block(body: list[ast.stmt], reader: Reader) -> tuple[ir.Stmt, ...]:
    """Lower the statements of one block; those that do nothing are left out."""
    found: list[ir.Stmt] = []
    for node in body:
        reader.enter(node)
        lowered = _lower(node, reader)
        if lowered is not None:
            found.append(lowered)
    return tuple(found)


def _lower(node: ast.stmt, reader: Reader) -> ir.Stmt | None:
    where = reader.where(node)
    match node:
        case ast.Expr(value=value):
            return ir.Evaluate(lower(value, reader), where)
        case ast.Assign(targets=targets, value=value):
            return ir.Assign(lower_all(targets, reader), lower(value, reader), where)
        case ast.AnnAssign():
            return _annotated(node, reader, where)
        case ast.AugAssign(target=target, op=op, value=value):
            left, right = lower(target, reader), lower(value, reader)
            return ir.Augment(left, type(op).__name__, right, where)
        case ast.Delete(targets=targets):
            return ir.Delete(lower_all(targets, reader), where)
        case ast.Return(value=value):
            return ir.Return(None if value is None else lower(value, reader), where)
        case ast.Raise(exc=exc, cause=cause):
            parts = [part for part in (exc, cause) if part is not None]
            return ir.Leave(lower_all(parts, reader), where, raises=True)
        case ast.Break() | ast.Continue() | ast.Global():
            names = tuple(getattr(node, "names", ()))
            return ir.Global(names, where) if names else ir.Leave((), where)
        case ast.Assert(test=test):
            return ir.Evaluate(lower(test, reader), where)
        case _:
            return _lower_compound(node, reader, where)


def _annotated(node: ast.AnnAssign, reader: Reader, where: ir.Where) -> ir.Stmt | None:
    target = lower(node.target, reader)
    if node.value is None:
        if reader.scope.kind != "class":
            return None
        return ir.Assign((target,), UNSET, where, lower(node.annotation, reader))
    value = lower(node.value, reader)
    return ir.Assign((target,), value, where, lower(node.annotation, reader))


def _lower_compound(node: ast.stmt, reader: Reader, where: ir.Where) -> ir.Stmt | None:
    match node:
        case ast.If(test=test, body=body, orelse=orelse):
            lowered = lower(test, reader)
            blocks = (lower_block(body, reader), lower_block(orelse, reader))
            return ir.Branch(lowered, blocks, where)
        case ast.For() | ast.AsyncFor():
            target, source = lower(node.target, reader), lower(node.iter, reader)
            body, orelse = node.body, node.orelse
            return _loop(target, source, body, orelse, reader, where)
        case ast.While(test=test, body=body, orelse=orelse):
            return _loop(None, lower(test, reader), body, orelse, reader, where)
        case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
            lowered_items = tuple(
                (
                    lower(item.context_expr, reader),
                    lower(item.optional_vars, reader) if item.optional_vars else None,
                )
                for item in items
            )
            return ir.With(lowered_items, lower_block(body, reader), where)
        case ast.Match():
            return _match(node, reader, where)
        case _ if hasattr(node, "handlers"):
            return _try(node, reader, where)
        case _:
            return _lower_binding(node, reader, where)


def _lower_binding(node: ast.stmt, reader: Reader, where: ir.Where) -> ir.Stmt | None:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            qualname = reader.add_function(node)
            return _define(name, qualname, reader, where)
        case ast.ClassDef(name=name):
            qualname = reader.add_class(node)
            return _define(name, qualname, reader, where, is_class=True)
        case ast.Import() | ast.ImportFrom():
            return _import(node, reader, where)
        case _ if isinstance(node, TypeAlias):
            value = reader.lower_alias(node, node.name.id, node.value)
            return ir.Assign((lower(node.name, reader),), value, where)
        case _:
            return None


def _define(
    name: str,
    qualname: str,
    reader: Reader,
    where: ir.Where,
    *,
    is_class: bool = False,
) -> ir.Define:
    return ir.Define(reader.scope.resolve(name), qualname, is_class, where)


def _loop(
    target: ir.Expr | None,
    source: ir.Expr,
    body: list[ast.stmt],
    orelse: list[ast.stmt],
    reader: Reader,
    where: ir.Where,
) -> ir.Loop:
    inner, after = lower_block(body, reader), lower_block(orelse, reader)
    return ir.Loop(target, source, inner, after, where)


def _try(node: ast.stmt, reader: Reader, where: ir.Where) -> ir.Try:
    body = lower_block(getattr(node, "body", []), reader)
    handlers = tuple(
        (*_caught(handler, reader, where), *lower_block(handler.body, reader))
        for handler in getattr(node, "handlers", [])
    )
    orelse = lower_block(getattr(node, "orelse", []), reader)
    final = lower_block(getattr(node, "finalbody", []), reader)
    catches = tuple(_catch(h, reader, where) for h in getattr(node, "handlers", []))
    return ir.Try(body, handlers, orelse, final, where, catches)


def _catch(handler: ast.ExceptHandler, reader: Reader, where: ir.Where) -> ir.Catch:
    type_ = None if handler.type is None else lower(handler.type, reader)
    place = ir.Where(handler.lineno, handler.col_offset + 1, where.at)
    return ir.Catch(type_, handler.name or "", place)


def _caught(
    handler: ast.ExceptHandler, reader: Reader, where: ir.Where
) -> tuple[ir.Stmt, ...]:
    if handler.name is None:
        return ()
    place = ir.Where(handler.lineno, handler.col_offset + 1, where.at)
    value = ir.Opaque(() if handler.type is None else (lower(handler.type, reader),))
    return (ir.Assign((reader.scope.resolve(handler.name),), value, place),)


def _match(node: ast.Match, reader: Reader, where: ir.Where) -> ir.Branch:
    subject = lower(node.subject, reader)
    blocks: list[tuple[ir.Stmt, ...]] = []
    for case in node.cases:
        bindings: list[ir.Stmt] = []
        for inner in ast.walk(case.pattern):
            name = getattr(inner, "name", None) or getattr(inner, "rest", None)
            if name:
                target = reader.scope.resolve(name)
                value = ir.Item(subject, _NOTHING, is_slice=False, where=where)
                bindings.append(ir.Assign((target,), value, where))
        if case.guard is not None:
            bindings.append(ir.Evaluate(lower(case.guard, reader), where))
        blocks.append((*bindings, *lower_block(case.body, reader)))
    return ir.Branch(subject, (*blocks, ()), where)


def _import(
    node: ast.Import | ast.ImportFrom, reader: Reader, where: ir.Where
) -> ir.Import:
    bindings: list[tuple[ir.Name, str, str | None]] = []
    stars: list[str] = []
    if isinstance(node, ast.Import):
        for alias in node.names:
            reader.imports[reader.canonical(alias.name)] = None
            top = alias.name.split(".")[0]
            module = reader.canonical(alias.name if alias.asname else top)
            bound = reader.scope.resolve(alias.asname or top)
            bindings.append((bound, module, None))
        return ir.Import(tuple(bindings), (), where)
    module = _absolute(node, reader)
    reader.imports[module] = None
    for alias in node.names:
        if alias.name == "*":
            stars.append(module)
            continue
        reader.imports[f"{module}.{alias.name}"] = None
        bound = reader.scope.resolve(alias.asname or alias.name)
        bindings.append((bound, module, alias.name))
    return ir.Import(tuple(bindings), tuple(stars), where)


def _absolute(node: ast.ImportFrom, reader: Reader) -> str:
    if not node.level:
        return reader.canonical(node.module or "")
    parts = reader.module.split(".")
    keep = len(parts) - node.level + reader.is_package
    prefix = parts[: max(keep, 0)]
    return ".".join([*prefix, *([node.module] if node.module else [])])
