"""Which known word somebody meant who wrote another: the nearest, where one is really near."""

from collections.abc import Iterable

ALIKE = 0.7  # less alike than this is another word, and naming it would lead astray
BEGINNING = 3  # letters of a word that was not written to its end


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word nearest to what was written, None where none is near; dashes before it do not count."""
    from difflib import get_close_matches

    bare = {name.lstrip("-"): name for name in known}
    said = word.lstrip("-")
    begun = [name for name in bare if min(len(name), len(said)) >= BEGINNING and _begins(name, said)]
    near = begun if len(begun) == 1 else get_close_matches(said, bare, 1, ALIKE)
    return bare[near[0]] if near else None


def _begins(one: str, other: str) -> bool:
    """Whether one of two words is the beginning of the other."""
    return one.startswith(other) or other.startswith(one)
