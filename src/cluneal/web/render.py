"""A page from its template, with what every page shows; and what a form sent."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from .. import __version__
from .desk import Desk
from .guard import FORM_FIELD, Keys

THEMES = ("auto", "light", "dark", "contrast")
MOST_FIELDS = 200
PRESSING = ("emergency", "same_day")


class BadForm(Exception):
    """A form that none of our pages sent."""


@cache
def environment() -> Environment:
    """The templates: everything escaped, and a name that does not exist is an error."""
    made = Environment(
        loader=PackageLoader("cluneal.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["version"] = __version__
    return made


def desk_of(request: Request) -> Desk:
    """The desk behind this request."""
    desk: Desk = request.app.state.desk
    return desk


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page: the template with `say`, the form's sign, the theme and what presses, besides `values`."""
    return HTMLResponse(environment().get_template(template).render(**shared(request), **values), status)


def shared(request: Request) -> dict[str, Any]:
    """What every page shows or needs."""
    desk = desk_of(request)
    view = desk.view()
    theme = view.person.choices.get("theme", "auto")
    return {
        "say": desk.say,
        "form_sign": request.app.state.keys.form,
        "form_field": FORM_FIELD,
        "path": request.url.path,
        "person": view.person,
        "theme": theme if theme in THEMES else "auto",
        "themes": THEMES,
        "pressing": [rule for rule in view.triage.fired if rule.urgency in PRESSING],
        "urgency": view.triage.urgency,
    }


async def form_of(request: Request) -> Mapping[str, str]:
    """The fields of a form that one of our pages sent; the last one where a name stands twice.

    Raises:
        BadForm: it carries no sign of ours, or is no form.
    """
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    keys: Keys = request.app.state.keys
    if not Keys.same(fields.pop(FORM_FIELD, None), keys.form):
        raise BadForm
    return fields


def go(path: str) -> RedirectResponse:
    """See the next page: after a form, so that "reload" never sends it again."""
    return RedirectResponse(path, 303)
