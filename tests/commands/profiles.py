"""A desk that works by one of the packaged rulebooks."""

from tests.conftest import PROJECT, DeskFolder


def by_profile(desk: DeskFolder, name: str, lang: str = "en") -> DeskFolder:
    """Return the desk with the rulebook of a profile, spoken to in its language."""
    page = (PROJECT / "templates" / "profiles" / f"{name}.{lang}.toml").read_text(encoding="utf-8")
    desk.rules(lambda _: page)
    desk.lang = lang
    return desk


def with_staff(desk: DeskFolder, **roles: str) -> DeskFolder:
    """Return the desk with a file for each of its staff: `li_na="agent"` is li.na, an agent."""
    folder = desk.home / "records" / "staff"
    folder.mkdir(exist_ok=True)
    for name, role in roles.items():
        login = name.replace("_", ".")
        (folder / f"{login}.toml").write_text(f'schema = 1\nlogin = "{login}"\nrole = "{role}"\n')
    return desk
