"""Importing a file: its rows become records, their customers are found or opened, and all go in as one commit.

What a row's `external_ref` names already is skipped, so that importing the same file again changes nothing. A row that
cannot be a record is set aside with its reason; the others go in.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from cscli.domain import customer, ids
from cscli.domain.record import Act, Record
from cscli.domain.value import Value
from cscli.errors import CscliError, OutsideFailed
from cscli.interop import layouts
from cscli.interop.cells import Frame, Rejected
from cscli.interop.reader import FORMULA, Line, Table
from cscli.store import batch
from cscli.store.batch import Seen
from cscli.store.store import Store

KINDS = tuple(layouts.COLUMNS)
SUFFIX = ".rejected.csv"
REMEMBERED = 50_000  # customers kept in mind; more than a batch writes before the index knows them
SHOWN = 5
EVERY = 500  # rows between two strokes of the progress bar


class Wanted(Value):
    """What is to be imported and how; `rejects` is where the rows set aside go."""

    kind: str
    path: Path
    renamed: Mapping[str, str]
    rejects: Path
    dry_run: bool = False


class Outcome(Value):
    """What became of the rows; `reasons` are (line, sentence) of the first that were rejected."""

    read: int
    imported: int
    skipped: int
    rejected: int
    opened: int
    unnamed: int
    commit: str | None
    reasons: tuple[tuple[int, str], ...]


class Import:
    """One import at work.

    `say` turns a problem into its sentence, `chance` gives random bytes, `progress` is told how far it is.
    """

    def __init__(
        self,
        store: Store,
        frame: Frame,
        wanted: Wanted,
        *,
        say: Callable[[CscliError], str],
        chance: Callable[[int], bytes],
        progress: Callable[[int, int], None],
    ) -> None:
        self.store = store
        self.frame = frame
        self.wanted = wanted
        self.say = say
        self.progress = progress
        self.table = Table(wanted.path, layouts.COLUMNS[wanted.kind], wanted.renamed)
        self.ids = NewIds(store, chance)
        self.customers = Customers(store, self.ids)
        self.rejects = Rejects(wanted.rejects, self.table, write=not wanted.dry_run)
        self.read = self.imported = self.skipped = self.unnamed = 0

    def run(self) -> Outcome:
        """Import the file; call it inside the store's `writing`, but for a dry run."""
        commit = None
        try:
            if self.wanted.dry_run:
                for _ in self._records():
                    pass
            else:
                summary = f"{self.wanted.kind}s from {_printable(self.wanted.path.name)}"
                now = self.frame.now
                written = batch.apply(
                    self.store, self._records(), lambda _: f"Import {self.imported} {summary}", self.frame.by, now
                )
                commit = written.commit
        finally:
            self.rejects.close()
            self.ids.close()
        return Outcome(
            read=self.read,
            imported=self.imported,
            skipped=self.skipped,
            rejected=self.rejects.count,
            opened=self.customers.opened,
            unnamed=self.unnamed,
            commit=commit,
            reasons=tuple(self.rejects.first),
        )

    def _records(self) -> Iterator[Record]:
        """Yield what the rows stand for: each record, and before its first record the customer it opens."""
        kind, lines = self.wanted.kind, self.table.lines
        seen = Seen()
        for row in self.table.rows():
            self.read += 1
            if self.read % EVERY == 0:
                self.progress(min(self.read, lines), lines)
            reference = row.cells.get("external_ref")
            if reference is not None:
                if not seen.first(reference) or self.store.has_reference(kind, reference):
                    self.skipped += 1
                    continue
            else:
                self.unnamed += 1
            try:
                if row.problem:
                    raise Rejected(row.problem)
                draft = layouts.read(kind, row.cells, self.frame)
                known, opened = self.customers.find(draft)
            except CscliError as problem:
                self.rejects.add(row, self._reason(problem))
                continue
            self.imported += 1
            yield draft.record(self.ids.make(kind, draft.day), known)
            if opened is not None:
                yield opened
        seen.close()
        self.progress(lines, lines)

    def _reason(self, problem: CscliError) -> str:
        column = getattr(problem, "column", None)
        return f"{column}: {self.say(problem)}" if column else self.say(problem)


class NewIds:
    """Ids that neither the store nor this import has given yet."""

    def __init__(self, store: Store, chance: Callable[[int], bytes]) -> None:
        self.store = store
        self.chance = chance
        self.given = Seen()

    def make(self, kind: str, day: date) -> str:
        """Return a new id for a record of `kind` received on `day`."""
        while True:
            record_id = ids.make(kind, day, self.chance(ids.CHANCE_BYTES))
            if self.given.first(record_id) and not self.store.has_id(record_id):
                return record_id

    def close(self) -> None:
        """Forget what was given."""
        self.given.close()


class Customers:
    """Finds the customer of a row, or opens a file.

    A reference or a card leads to its one customer. A phone leads to who has it and goes by the row's name, or by none;
    another name is a second person with that phone. A name alone leads to the one customer who has it.
    """

    def __init__(self, store: Store, new_ids: NewIds) -> None:
        self.store = store
        self.ids = new_ids
        self.opened = 0
        self._known: dict[str, tuple[tuple[str, str | None], ...]] = {}

    def find(self, draft: layouts.Draft) -> tuple[str | None, Record | None]:
        """Return the customer's id, and their new file where one is opened; raises `Rejected` where two fit."""
        who = draft.who
        if not who:
            return None, None
        name, phone = who.get("customer_name"), who.get("phone")
        for column, prefix in (("customer_ref", "ref"), ("card", "card")):
            if column in who and (holders := self._holders(f"{prefix}:{who[column]}")):
                return holders[0][0], None
        if phone is not None:
            holders = self._holders(f"phone:{phone}")
            same = [held for held in holders if name is None or held[1] in (None, name)]
            if len(same) > 1:
                same = [held for held in same if held[1] == name] if name else same
                if len(same) != 1:
                    raise Rejected("import.customer_ambiguous", "phone", candidates=tuple(held[0] for held in same))
            if same:
                return same[0][0], None
        elif name is not None and "customer_ref" not in who and "card" not in who:
            holders = self._holders(f"name:{name}")
            if len(holders) > 1:
                candidates = tuple(held[0] for held in holders)
                raise Rejected("import.customer_ambiguous", "customer_name", candidates=candidates)
            if holders:
                return holders[0][0], None
        return self._open(draft)

    def _open(self, draft: layouts.Draft) -> tuple[str, Record]:
        who = draft.who
        name, phone, card = who.get("customer_name"), who.get("phone"), who.get("card")
        fields: dict[str, Any] = {"external_ref": who.get("customer_ref")}
        if card is not None:
            fields["card"] = customer.Card(number=card)
        record = customer.create(
            Act(by=draft.by, at=draft.at, now=draft.at),
            record_id=self.ids.make("customer", draft.day),
            name=name,
            phones=(phone,) if phone else (),
            **{key: value for key, value in fields.items() if value is not None},
        )
        self.opened += 1
        for word in (
            phone and f"phone:{phone}",
            card and f"card:{card}",
            fields["external_ref"] and f"ref:{fields['external_ref']}",
            name and f"name:{name}",
        ):
            if word:
                self._keep(word, (*self._holders(word), (record.id, name)))
        return record.id, record

    def _holders(self, word: str) -> tuple[tuple[str, str | None], ...]:
        """Return (id, name) of the customers a contact word leads to."""
        found = self._known.get(word)
        if found is None:
            found = tuple((held, self.store.load(held).name) for held in self.store.find_customers(word))
            self._keep(word, found)
        return found

    def _keep(self, word: str, holders: tuple[tuple[str, str | None], ...]) -> None:
        self._known.pop(word, None)
        self._known[word] = holders
        if len(self._known) > REMEMBERED:
            for old in list(self._known)[: REMEMBERED // 4]:
                del self._known[old]


class Rejects:
    """The file of the rows set aside: their line, why, and what stood there; it is made when the first comes."""

    def __init__(self, path: Path, table: Table, *, write: bool) -> None:
        self.path = path
        self.table = table
        self.write = write
        self.count = 0
        self.first: list[tuple[int, str]] = []
        self._file: IO[str] | None = None
        self._writer: Any = None

    def add(self, row: Line, reason: str) -> None:
        """Set a row aside; raises `OutsideFailed` where the file cannot be written."""
        self.count += 1
        if len(self.first) < SHOWN:
            self.first.append((row.number, reason))
        if not self.write:
            return
        try:
            if self._file is None:
                self._file = self.path.open("w", encoding="utf-8-sig", newline="")
                self._writer = csv.writer(self._file)
                self._writer.writerow(["line", "reason", *map(_guarded, self._own_columns())])
            self._writer.writerow([row.number, _guarded(reason), *map(_guarded, self._own_cells(row.given))])
        except OSError as problem:
            raise OutsideFailed("disk.write", path=str(self.path), problem=problem.strerror or "?") from None

    def _own_columns(self) -> list[str]:
        return [name for name in self.table.columns if name not in layouts.NOTES]

    def _own_cells(self, given: tuple[str, ...]) -> list[str]:
        names = (*self.table.columns, *[""] * len(given))
        return [cell for name, cell in zip(names, given, strict=False) if name not in layouts.NOTES]

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()


def _guarded(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; the reader takes the apostrophe off again."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _printable(name: str) -> str:
    """Return a file's name fit for a commit's sentence."""
    return "".join(sign if sign.isprintable() else "?" for sign in name).encode("utf-8", "replace").decode()


def frame_of(store: Store, by: str, now: datetime, *, history: bool) -> Frame:
    """Return what rows are read against."""
    return Frame(store.rulebook, by, now, history=history)
