"""Editing the rulebook as a careful person would: one rule is put, added or removed, all else stays letter for letter.

Comments, order and spacing are a person's own. What stands between two tables (a blank line, the heading of the next
part) belongs to what follows it, wherever the parser hangs it. Every edit is proven by reading the text again: it must
say what it said before, but for the one rule.
"""

import tomllib
from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any

from cscli.domain.findings import Finding
from cscli.domain.rulebook import Rulebook
from cscli.domain.value import Value, replace
from cscli.errors import NotFound, Refused, UsageProblem
from cscli.store import codec, layout
from cscli.store.places import Place, line_of, said
from cscli.store.rule_keys import Hear, Spot, entry_of, read, spot

Body = list[
    tuple[Any, Any]
]  # what a table holds, as the parser keeps it: (key, item), key None for comments and blanks


class Edited(Value):
    """A rulebook edited: its texts before and after, the key, and what stood and stands there (None: nothing)."""

    before: str
    after: str
    key: str
    was: Any
    now: Any


def put(text: str, key: str, value: str, hear: Hear) -> Edited:
    """Set one rule; raises `UsageProblem` or `NotFound` for a key that leads to none."""
    data = plain(text)
    where = spot(key, data)
    if where.entries is not None:
        raise UsageProblem("usage.rules.list", key=where.key)
    if not where.is_leaf:
        raise UsageProblem("usage.rules.table", key=where.key)
    new = read(where.annotation, value, where.key, hear)
    was = _at(data, where.place) if where.there else None
    if was == new and type(was) is type(new):
        raise Refused("refused.nothing_changes", rule="rulebook", id=where.key)
    return _edited(text, where.key, was, new, lambda doc: _put(doc, where.place, new), _put_plain(data, where, new))


def add(text: str, key: str, pairs: list[str], hear: Hear) -> Edited:
    """Add an entry to a list, or a table that is not there yet; raises `UsageProblem` or `NotFound`."""
    data = plain(text)
    where = spot(key, data)
    if where.entries is None:
        if where.table is None or where.there:
            raise UsageProblem("usage.rules.no_list", key=where.key)
        entry = entry_of(where.table, pairs, where.key, hear)
        wanted = _put_plain(data, where, entry)
        return _edited(text, where.key, None, entry, lambda doc: _put(doc, where.place, entry), wanted)
    entry = entry_of(where.entries, pairs, where.key, hear)
    entries = [*(_at(data, where.place) if where.there else []), entry]
    wanted = _put_plain(data, where, entries)
    name = said((*where.place, len(entries) - 1), wanted)
    return _edited(text, name, None, entry, lambda doc: _add(doc, where.place, entry), wanted)


def remove(text: str, key: str) -> Edited:
    """Remove a rule, a table, or an entry of a list; raises `UsageProblem` or `NotFound`, `Refused` for nothing."""
    data = plain(text)
    where = spot(key, data)
    if not where.there:
        raise Refused("refused.nothing_changes", rule="rulebook", id=where.key)
    was = _at(data, where.place)
    wanted = deepcopy(data)
    parent = _at(wanted, where.place[:-1])
    del parent[where.place[-1]]
    return _edited(text, where.key, was, None, lambda doc: _remove(doc, where.place), wanted)


def plain(text: str) -> dict[str, Any]:
    """Return what a rulebook's text says; raises `Refused` for one that cannot be read."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise Refused("refused.rules.by_hand", rule="rulebook", key=layout.RULEBOOK) from None


def prove(edited: Edited) -> Rulebook:
    """Return the rulebook that an edited text is; raises `Refused` with what is wrong with it."""
    try:
        return codec.load(Rulebook, edited.after.encode(), layout.RULEBOOK)
    except codec.Unreadable as problem:
        raise refusal(problem.findings) from None


def placed(findings: Iterable[Finding], text: str) -> tuple[Finding, ...]:
    """Return what is wrong with a rulebook, each with the line of its key; of what is missing, that of the table."""
    data = plain(text)

    def line(key: object) -> int | None:
        try:
            return line_of(text, spot(str(key), data).place)
        except (UsageProblem, NotFound):  # it names what only the whole has
            return None

    return tuple(
        found if found.line is not None else replace(found, line=line(found.facts.get("key"))) for found in findings
    )


def refusal(findings: tuple[Finding, ...]) -> Refused:
    """Return the error that refuses an edit for what it would make wrong."""
    return Refused("refused.rules.findings", rule="rulebook", findings=findings)


# --- plain data -------------------------------------------------------------------------------------------------


def _at(data: Any, place: Place) -> Any:
    for part in place:
        data = data[part]
    return data


def _put_plain(data: dict[str, Any], where: Spot, value: Any) -> dict[str, Any]:
    """Return the data with a value at a place, tables made where there are none."""
    wanted = deepcopy(data)
    here: Any = wanted
    for part in where.place[:-1]:
        here = here[part] if isinstance(part, int) else here.setdefault(part, {})
    here[where.place[-1]] = value
    return wanted


def _edited(text: str, key: str, was: Any, now: Any, edit: Callable[[Any], None], wanted: dict[str, Any]) -> Edited:
    """Return a text edited, once it has been read again and says what is wanted and nothing else."""
    import tomlkit

    try:
        doc = tomlkit.parse(text)
        edit(doc)
        after = tomlkit.dumps(doc)
        same = _filled(tomllib.loads(after)) == _filled(wanted)
    except Exception:  # whatever the parser stumbles over, such as one table in several places, is left to a person
        same = False
    if not same:
        raise Refused("refused.rules.by_hand", rule="rulebook", key=key)
    return Edited(before=text, after=after, key=key, was=was, now=now)


def _filled(data: Any) -> Any:
    """Return data without empty lists of tables, which need not be written at all."""
    if isinstance(data, dict):
        return {name: _filled(part) for name, part in data.items() if part not in ([], {})}
    return [_filled(part) for part in data] if isinstance(data, list) else data


# --- the text, by its parser ------------------------------------------------------------------------------------


def _body(container: Any) -> Body:
    """Return what a table or the whole document holds, to be changed in place."""
    from tomlkit.items import AbstractTable

    body: Body = container.value.body if isinstance(container, AbstractTable) else container.body
    return body


def _item(value: Any) -> Any:
    """Return a value as the parser keeps it; a table is written as a person would: `{ misses = 3 }`."""
    import tomlkit

    if isinstance(value, dict):
        words = ", ".join(
            f"{tomlkit.key(name).as_string()} = {_item(part).as_string()}" for name, part in value.items()
        )
        return tomlkit.parse(f"x = {{ {words} }}").item("x")
    if isinstance(value, list):
        words = ", ".join(_item(part).as_string() for part in value)
        return tomlkit.parse(f"x = [{words}]").item("x")
    return tomlkit.item(value)


def _put(doc: Any, place: Place, value: Any) -> None:
    """Put a value at a place: in the stead of what is there, else as the last simple line of its table."""
    from tomlkit.items import InlineTable

    here, above = doc, 0
    while above < len(place) - 1 and (isinstance(place[above], int) or place[above] in here):
        here, above = here[place[above]], above + 1
    for part in reversed(place[above + 1 :]):  # tables that are not there yet
        value = {part: value}
    last: Any = place[above]
    if isinstance(last, int) or (last in here and above == len(place) - 1):
        _replace(here, last, _item(value))
    elif isinstance(here, InlineTable):
        _replace(_at(doc, place[: above - 1]), place[above - 1], _grown(here, last, _item(value)))
    elif here is doc and isinstance(value, dict):
        _append_table(doc, last, value)
    else:
        _insert(here, last, _item(value))


def _grown(table: Any, name: str, item: Any) -> Any:
    """Return a table written on one line with one more entry, spaced as it was."""
    import tomlkit

    words = table.as_string().removesuffix("}")
    entry = f"{tomlkit.key(name).as_string()} = {item.as_string()}"
    comma = ", " if words.strip() != "{" else " "
    return tomlkit.parse(f"x = {words.rstrip()}{comma}{entry}{words[len(words.rstrip()) :]}}}").item("x")


def _replace(here: Any, last: Any, item: Any) -> None:
    """Put a value in another's stead; a comment behind it stays in its column where there is room."""
    old = here[last]
    trivia = getattr(old, "trivia", None)
    if trivia is not None and trivia.comment and not isinstance(last, int) and "\n" not in old.as_string():
        grown = len(item.as_string()) - len(old.as_string())
        blank = len(trivia.comment_ws) - grown
        item.trivia.comment, item.trivia.comment_ws = trivia.comment, " " * max(blank, 1)
    here[last] = item


def _insert(table: Any, name: str, item: Any) -> None:
    """Write a new line behind the last simple line of a table, before its comments and the tables inside it."""
    from tomlkit.items import AoT, SingleKey, Table, Whitespace

    body = _body(table)
    if isinstance(table, Table) and table.is_super_table():  # it had no line of its own until now
        table.trivia.comment, table.trivia.comment_ws = "", ""
    simple = [
        number
        for number, (key, known) in enumerate(body)
        if key is not None and (not isinstance(known, Table | AoT) or key.is_dotted())
    ]
    place = simple[-1] + 1 if simple else 0
    item.trivia.trail = "\n"
    if simple:
        before = body[simple[-1]][1]
        item.trivia.indent = before.trivia.indent
        if not before.trivia.trail and not isinstance(before, Table):
            before.trivia.trail = "\n"  # the file ended there
    body.insert(place, (SingleKey(name), item))
    if not simple and len(body) > 1 and isinstance(body[1][1], Table | AoT):
        body.insert(1, (None, Whitespace("\n")))


def _new_table(entry: dict[str, Any], *, many: bool) -> Any:
    """Return a table of its own, a blank line before it."""
    import tomlkit
    from tomlkit.items import AoT, SingleKey

    table = tomlkit.table()
    for name, value in entry.items():
        item = _item(value)
        item.trivia.trail = "\n"
        table.value.body.append((SingleKey(name), item))
    table.trivia.indent, table.trivia.trail = "\n", "\n"
    if not many:
        return table
    aot = AoT([])
    aot.body.append(table)
    return aot


def _append_table(doc: Any, name: str, value: dict[str, Any]) -> None:
    """Write a new table at the end of the file."""
    from tomlkit.items import SingleKey, Whitespace

    nested = {key: part for key, part in value.items() if isinstance(part, list) and part and isinstance(part[0], dict)}
    table = _new_table({key: part for key, part in value.items() if key not in nested}, many=False)
    if not doc.as_string().endswith("\n"):
        _body(doc).append((None, Whitespace("\n")))
    if nested:
        from tomlkit.items import Table, Trivia

        table = Table(_container(), Trivia(), False, is_super_table=True)
        for key, entries in nested.items():
            table.value.body.append((SingleKey(key), _new_table(entries[0], many=True)))
    _body(doc).append((SingleKey(name), table))


def _container() -> Any:
    from tomlkit.container import Container

    return Container()


def _add(doc: Any, place: Place, entry: dict[str, Any]) -> None:
    """Add an entry to a list in the form the list has, or behind its table in a form of its own."""
    from tomlkit.items import AoT, InlineTable, SingleKey

    here, above = doc, 0
    while above < len(place) and (isinstance(place[above], int) or place[above] in here):
        here, above = here[place[above]], above + 1
    if above == len(place) and isinstance(here, AoT):
        table = _new_table(entry, many=False)
        decor = _take_decor(here.body[-1])
        here.body.append(table)
        _body(table).extend(decor)
    elif above == len(place):
        here.append(_item(entry))
    elif isinstance(here, InlineTable) or above < len(place) - 1:
        _put(doc, place, [entry])
    elif here is doc:
        _append_table_list(doc, str(place[above]), entry)
    else:
        decor = _take_decor(here)
        aot = _new_table(entry, many=True)
        _body(here).append((SingleKey(str(place[above])), aot))
        _body(aot.body[0]).extend(decor)


def _append_table_list(doc: Any, name: str, entry: dict[str, Any]) -> None:
    from tomlkit.items import SingleKey, Whitespace

    if not doc.as_string().endswith("\n"):
        _body(doc).append((None, Whitespace("\n")))
    _body(doc).append((SingleKey(name), _new_table(entry, many=True)))


def _remove(doc: Any, place: Place) -> None:
    """Take out a line, a table or an entry; what stands behind a table and belongs to the next stays where it is."""
    from tomlkit.items import AoT, Array, InlineTable, Table

    parent = _at(doc, place[:-1])
    last: Any = place[-1]
    gone = parent[last]
    if isinstance(parent, InlineTable | Array):
        del parent[last]
        return
    if isinstance(parent, AoT):
        decor = _take_decor(gone)
        del parent.body[last]
        if last:
            _leave(_deepest(parent.body[last - 1]), decor)
        else:
            _take_out(_at(doc, place[:-2]), place[-2], decor, kept=bool(parent.body))
    else:
        _take_out(parent, last, _take_decor(gone) if isinstance(gone, Table | AoT) else [])


def _take_out(table: Any, name: object, decor: Body, *, kept: bool = False) -> None:
    """Take an entry out of a table, unless it is `kept`, and leave before its place what belongs to the next."""
    from tomlkit.items import AoT, Table

    body = _body(table)
    number = next(number for number, (key, _) in enumerate(body) if key is not None and key.key == name)
    rest = body[number + (not kept) :]
    del body[number:]
    before = body[-1][1] if body else None
    _leave(_deepest(before) if isinstance(before, Table | AoT) else body, decor)
    body.extend(rest)


def _leave(body: Body, decor: Body) -> None:
    """Write at the end of a body what belongs to the next; two blank lines that meet are one."""
    if body and decor and _is_blank(body[-1][1]) and _is_blank(decor[0][1]):
        decor = decor[1:]
    body.extend(decor)


def _deepest(entry: Any) -> Body:
    """Return the body of the table that is written last of an entry and all inside it."""
    from tomlkit.items import AoT, Table

    if isinstance(entry, AoT):
        return _deepest(entry.body[-1])
    inner = [known for key, known in _body(entry) if isinstance(known, Table | AoT) and not (key and key.is_dotted())]
    return _deepest(inner[-1]) if inner else _body(entry)


def _take_decor(entry: Any) -> Body:
    """Take from the end of an entry what belongs to the next: from the first blank line on."""
    body = _deepest(entry)
    first = max((number for number, (key, _) in enumerate(body) if key is not None), default=-1) + 1
    blank = next((number for number in range(first, len(body)) if _is_blank(body[number][1])), len(body))
    decor = body[blank:]
    del body[blank:]
    return decor


def _is_blank(item: Any) -> bool:
    from tomlkit.items import Whitespace

    return isinstance(item, Whitespace) and "\n" in item.as_string()
