"""Which page a report is written on."""

from cscli.render.page import Page


def page_of(form: str, width: int | None = None) -> Page:
    """Return an empty page of a form: text, md or html."""
    if form == "html":
        from cscli.render.html import HtmlPage

        return HtmlPage()
    return Page(form, width)
