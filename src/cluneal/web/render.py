"""A page from its template, with what every page shows; and what a form sent."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from .. import __version__
from ..language import Words
from .desk import Desk
from .figures import Figures
from .guard import FORM_FIELD, Keys

THEMES = ("auto", "light", "dark", "contrast")
MOST_FIELDS = 500
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
    figures = Figures(desk)
    return {
        "say": desk.say,
        "form_sign": request.app.state.keys.form,
        "form_field": FORM_FIELD,
        "path": request.url.path,
        "person": view.person,
        "theme": theme if theme in THEMES else "auto",
        "themes": THEMES,
        "kept": desk.kept,
        "lock_minutes": desk.lock_minutes if desk.kept else 0,
        "pressing": [rule for rule in view.triage.fired if rule.urgency in PRESSING],
        "urgency": view.triage.urgency,
        "figure_named": figures.named,
        "figure_for": figures.of_finding,
        "self_care_figure": figures.of_self_care,
        "once_each": figures.once_each,
    }


def standalone(say: Words, status: int, told: Words, detail: str = "", home: str = "") -> HTMLResponse:
    """A page of a `title` and a `text` that shows nothing of a person and needs no journal; `home` names the way on."""
    template = environment().get_template("standalone.html")
    return HTMLResponse(template.render(say=say, told=told, detail=detail, home=home), status)


def closed(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page for a locked journal: words and the form's sign, and nothing of a person."""
    sign = {"form_sign": request.app.state.keys.form, "form_field": FORM_FIELD}
    made = environment().get_template(template)
    return HTMLResponse(made.render(say=desk_of(request).say, **sign, **values), status)


def bare(request: Request, status: int, what: str, detail: str = "") -> HTMLResponse:
    """The page of a problem that may be the journal's own."""
    say = desk_of(request).say
    return standalone(say, status, say.problem[what], detail, say.problem.home)


async def form_of(request: Request) -> Mapping[str, str]:
    """The fields of a form that one of our pages sent; the last one where a name stands twice.

    Raises:
        BadForm: it carries no sign of ours, or is no form.
    """
    return _signed(request, await request.form(max_files=0, max_fields=MOST_FIELDS))


async def upload_of(request: Request, name: str) -> tuple[Mapping[str, str], bytes | None]:
    """The same for a form with one file: its fields, and what is in the file; None when none was chosen.

    Raises:
        BadForm: see `form_of`.
    """
    async with request.form(max_files=1, max_fields=MOST_FIELDS) as form:
        fields = _signed(request, form)
        file = form.get(name)
        content = await file.read() if isinstance(file, UploadFile) else b""
        return fields, content if content or (isinstance(file, UploadFile) and file.filename) else None


def _signed(request: Request, form: FormData) -> dict[str, str]:
    # Half a sign of another writing (a lone surrogate) can be neither kept nor shown.
    fields = {
        name: value.encode("utf-8", "replace").decode() for name, value in form.multi_items() if isinstance(value, str)
    }
    keys: Keys = request.app.state.keys
    if not Keys.same(fields.pop(FORM_FIELD, None), keys.form):
        raise BadForm
    return fields


def go(path: str) -> RedirectResponse:
    """See the next page: after a form, so that "reload" never sends it again."""
    return RedirectResponse(path, 303)
