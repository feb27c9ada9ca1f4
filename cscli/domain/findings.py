"""Problems in the data are data: where it is, which rule it breaks, and the facts of the sentence."""

from collections.abc import Mapping

from cscli.domain.value import NOTHING, Value


class Finding(Value, kw_only=False):
    """One thing wrong with one file; `rule` is the key of the sentence in `cscli.i18n`."""

    path: str
    line: int | None
    rule: str
    facts: Mapping[str, object] = NOTHING

    @property
    def order(self) -> tuple[str, int, str]:
        """Where the finding stands in a list: by path, line, rule."""
        return self.path, self.line or 0, self.rule
