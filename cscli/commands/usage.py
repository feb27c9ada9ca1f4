"""What the command line's own parser complains of, turned into the desk's errors."""

import re
from typing import Any

from cscli.domain.near import nearest
from cscli.errors import UsageProblem

RANGE = re.compile(r"(?:(?P<low>-?\d+)<=)?x(?:>=(?P<least>-?\d+))?(?:<=(?P<high>-?\d+))?")


def as_error(problem: Any) -> UsageProblem:
    """Return the error for something typer could not make sense of; the nearest option is suggested."""
    name = type(problem).__name__
    context = getattr(problem, "ctx", None)
    path = context.command_path if context is not None else "cscli"
    if name == "NoSuchOption":
        known = [option for parameter in context.command.params for option in parameter.opts] if context else []
        near = nearest(problem.option_name, known)
        key = "usage.no_option_near" if near else "usage.no_option"
        return UsageProblem(key, option=problem.option_name, near=near or "", command=path)
    parameter = getattr(problem, "param", None)
    option = (parameter.opts[-1] if parameter.param_type_name == "option" else parameter.metavar) if parameter else ""
    if name == "MissingParameter":
        return UsageProblem("usage.missing", option=option)
    if name == "BadOptionUsage":
        return UsageProblem("usage.no_value", option=problem.option_name)
    said = str(getattr(problem, "message", problem))
    quoted = said.split("'")[1] if said.count("'") >= 2 else said.partition(" ")[0]
    if name == "BadParameter" and "not in the range" in said:
        found = RANGE.search(said.partition("range ")[2])
        low, least, high = found.group("low", "least", "high") if found else (None, None, None)
        key = "usage.range.between" if low and high else "usage.range.least"
        return UsageProblem(key, option=option, value=quoted, low=low or least or "0", high=high or "")
    if name == "BadParameter":
        return UsageProblem("usage.bad_value", option=option, value=quoted)
    if "extra argument" in said:
        return UsageProblem("usage.extra", value=said.rpartition("(")[2].rstrip(")."), command=path)
    return UsageProblem("usage.other", problem=said, command=path)
