"""How wide text is on a terminal, and how to show what would otherwise be invisible or be obeyed.

A Chinese character and an emoji take two columns. Characters of ambiguous width (`…`, `—`, `①`) take one here and two
on many Chinese terminals: the desk's own words avoid them.
"""

import re
import unicodedata
from collections.abc import Sequence

EMOJI = "\u2190-\u2bff\U0001f000-\U0001faff"
KEPT = (
    f"(?:(?<=[{EMOJI}])|(?<=[{EMOJI}]\ufe0f))\u200d(?=[{EMOJI}])"  # joins an emoji family
    "|(?<=\U0001f3f4)[\U000e0020-\U000e007e]+\U000e007f"  # spells a region's flag
)
HIDDEN_KINDS = {"Cc", "Cf", "Cs", "Zl", "Zp"}
HIDDEN_LETTERS = {"\u115f", "\u3164", "\uffa0"}  # fillers: letters by name, blanks by sight
CUT = ".."
WIDEST = 200  # columns that text is padded or folded to at most
STOPS = r",.;:!?)\u3001\u3002\uff0c\uff1b\uff1a\uff01\uff1f\uff09\u300b\u300d"  # no line begins with one of these
WORD = rf"周[一二三四五六日][{STOPS}]*\s*|[^\s\u2e80-\uffdf]+[{STOPS}]*\s*|[\u2e80-\uffdf][{STOPS}]*\s*|\s+"
COMMAND = r"cscli [a-z-]+(?: [a-z-]+)?(?: [A-Z]{2}-\d{6}-\w{6})?(?: --[a-z-]+(?: [\w.:|-]{1,20}(?<!-))?)*"


def visible(text: str) -> str:
    r"""Return `text` with all that a terminal would obey or hide written as escapes: `\n`, `\x1b`, `\u202e`.

    Meant for all data on its way to a terminal. It concerns control and format characters, line separators, marks of
    direction, zero-width characters, lone surrogates, and an accent at the beginning, which would sit on what stands
    before the text; the joiners inside an emoji stay. A backslash is not doubled, so doing it twice changes nothing.
    """
    if unicodedata.category(text[:1] or " ").startswith("M"):
        text = _escaped(text[0]) + text[1:]
    if text.isprintable() and not HIDDEN_LETTERS.intersection(text):
        return text
    kept = {place for found in re.finditer(KEPT, text) for place in range(*found.span())}
    return "".join(character if place in kept else _shown(character) for place, character in enumerate(text))


def visible_lines(text: str) -> str:
    """Return text of several lines fit for a card: each line shown, none obeyed."""
    return "\n".join(visible(line) for line in text.split("\n"))


def width(text: str) -> int:
    """Return how many columns one line of text takes; control characters count as none."""
    if text.isascii() and text.isprintable():
        return len(text)
    columns = _usual_width(text)
    if columns is not None:
        return columns
    from wcwidth import wcswidth, wcwidth

    columns = wcswidth(text)
    return columns if columns >= 0 else sum(max(0, wcwidth(character)) for character in text)


def fit(text: str, columns: int) -> str:
    """Return `text`, cut with `..` where it is wider than `columns`; no character is halved, so it may be one less."""
    if width(text) <= columns:
        return text
    from wcwidth import iter_graphemes

    if columns <= len(CUT):
        return CUT[: max(0, columns)]
    taken: list[str] = []
    used = len(CUT)
    for cluster in iter_graphemes(text):
        used += width(cluster)
        if used > columns:
            break
        taken.append(cluster)
    while width("".join(taken) + CUT) > columns:  # some marks of Indic scripts are wider after a letter than alone
        taken.pop()
    return "".join(taken) + CUT


def fold(text: object, columns: int, indent: int = 0) -> str:
    """Return text broken into lines no wider than `columns`, all but the first indented; its own lines are kept.

    Chinese breaks between any two characters, but not before a comma or the like, nor inside a weekday; other words
    break at their spaces. A command that a line can hold is not broken, so that it can be copied.
    """
    limit = max(2, min(columns, WIDEST))
    lines = [line for own in str(text).split("\n") for line in _folded(own, limit)]
    return ("\n" + " " * min(indent, WIDEST)).join(lines)


def packed(entries: Sequence[str], columns: int) -> str:
    """Return entries beside one another, as many as a line holds, none of them broken where it need not be."""
    lines = [""]
    for entry in entries:
        line = f"{lines[-1]} {entry}".strip()
        if lines[-1] and width(line) > columns:
            lines.append(entry)
        else:
            lines[-1] = line
    return "\n".join(fold(line, columns) for line in lines)


def _folded(text: str, limit: int) -> list[str]:
    lines, line = [], ""
    for word in _words(text, limit):
        if line and width((line + word).rstrip()) > limit:
            lines.append(line.rstrip())
            line = ""
        line += word if line else word.lstrip()
        while width(line.rstrip()) > limit:  # a word longer than a line
            cut = next(place for place in range(limit, 0, -1) if width(line[:place]) <= limit)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line.rstrip()]


def _words(text: str, limit: int) -> list[str]:
    """Return the pieces of a text between which a line may end."""
    found = re.findall(rf"{COMMAND}[{STOPS}]*\s*|{WORD}", text)
    return [part for word in found for part in ([word] if width(word.rstrip()) <= limit else re.findall(WORD, word))]


def pad(text: str, columns: int, right: bool = False) -> str:
    """Return `text` filled with spaces to `columns`; with `right` it stands at the right edge."""
    blank = " " * (columns - width(text))
    return blank + text if right else text + blank


def _usual_width(text: str) -> int | None:
    """Return the width of text made of ASCII and of signs that are two columns wide and nothing else, None for other.

    This is nearly all text of a Chinese desk, and loading the tables of wcwidth takes longer than printing a list.
    """
    columns = 0
    for character in text:
        if " " <= character <= "~":
            columns += 1
        elif (
            "\u4e00" <= character <= "\u9fff"  # Chinese characters
            or "\u3001" <= character <= "\u3029"  # their punctuation
            or "\uff01" <= character <= "\uff5e"  # full-width letters and punctuation
        ):
            columns += 2
        else:
            return None
    return columns


def _shown(character: str) -> str:
    """Return one character, escaped if it is hidden."""
    hidden = unicodedata.category(character) in HIDDEN_KINDS or character in HIDDEN_LETTERS
    return _escaped(character) if hidden else character


def _escaped(character: str) -> str:
    """Return the escape that names one character."""
    return character.encode("unicode_escape").decode("ascii")
