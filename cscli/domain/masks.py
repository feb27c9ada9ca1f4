"""How personal data looks where it may be seen by more people than need it."""


def mask_name(name: str | None) -> str:
    """Return a name as lists may show it: its first character, then stars (`王**`); nothing where it says nothing."""
    name = (name or "").strip()
    if not name:
        return ""
    first, *others = name.split()
    if first.isascii() and others:
        return f"{first} {others[-1][0]}."
    return name[0] + "*" * max(1, min(len(name) - 1, 2))


def mask_number(number: str | None) -> str:
    """Return a phone, card or ID number as lists may show it: three first and four last digits (`138****0001`)."""
    if not number:
        return ""
    if len(number) < 8:
        return number[:1] + "*" * (len(number) - 1)
    return f"{number[:3]}****{number[-4:]}"


def mask_word(word: str) -> str:
    """Return a word that was to name a record, masked where it can be no id but a person's name or number."""
    plain = word.isascii() and word.replace("-", "").replace(".", "").replace("/", "").isalnum()
    if plain and not (word.lstrip("+").isdigit() and len(word) > 6):
        return word
    return mask_number(word) if word.lstrip("+").isdigit() else mask_name(word)


def mask_contact(said: str) -> str:
    """Return a number or an e-mail address as lists may show it."""
    return mask_email(said) if "@" in said else mask_number(said)


def mask_email(address: str) -> str:
    """Return an e-mail address as lists may show it: its first character and its domain."""
    user, at, domain = address.partition("@")
    return f"{user[:1]}***{at}{domain}"
