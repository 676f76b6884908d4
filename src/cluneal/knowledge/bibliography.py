"""The bibliography: CSL-JSON in, one short citation a source out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .errors import KnowledgeError
from .schema import Source


def read_bibliography(path: Path) -> dict[str, Source]:
    """Sources by id.

    Raises:
        KnowledgeError: no JSON, an id twice, or an item without id or title.
    """
    try:
        items: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise KnowledgeError([f"{path.name}: no such file; add it"]) from None
    except UnicodeDecodeError as error:
        raise KnowledgeError([f"{path.name}: not UTF-8 at byte {error.start}; save the file as UTF-8"]) from None
    except json.JSONDecodeError as error:
        raise KnowledgeError([f"{path.name}:{error.lineno}: {error.msg.lower()}; mend the JSON"]) from None
    sources: dict[str, Source] = {}
    problems = []
    for number, item in enumerate(items):
        identifier = item.get("id") if isinstance(item, dict) else None
        if not identifier or not item.get("title"):
            problems.append(f"{path.name}: item {number} has no id or no title; add it")
        elif identifier in sources:
            problems.append(f"{path.name}: {identifier} stands twice; keep one")
        else:
            sources[identifier] = Source(
                id=identifier,
                citation=_citation(item),
                url=_url(item),
                design=item.get("design"),
                read=item.get("read"),
                note=item.get("note"),
            )
    if problems:
        raise KnowledgeError(problems)
    return sources


def _citation(item: dict[str, Any]) -> str:
    names = [name.get("family") or name.get("literal") or "" for name in item.get("author", ())]
    names = [name for name in names if name]
    authors = ", ".join(names) if len(names) <= 3 else f"{names[0]} et al"
    parts = [authors or "Authors not shown", f"{item['title'].rstrip('.')}"]
    container = item.get("container-title")
    if container:
        numbers = str(item.get("volume", "")) + (f"({item['issue']})" if item.get("issue") else "")
        if item.get("page"):
            numbers += f":{item['page']}"
        parts.append(f"{container} {numbers}".strip())
    dates = (item.get("issued") or {}).get("date-parts") or [[None]]
    parts.append(str(dates[0][0]) if dates[0][0] else "no date")
    return ". ".join(parts) + "."


def _url(item: dict[str, Any]) -> str | None:
    if item.get("DOI"):
        return f"https://doi.org/{item['DOI']}"
    url: str | None = item.get("URL")
    return url
