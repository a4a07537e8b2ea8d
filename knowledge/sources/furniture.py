"""Parts of HTML pages that are not read: what is hidden, and what stands around every page."""

import json
from collections.abc import Iterator
from typing import Any

import regex

_QUOTED = regex.compile(r"\"[^\"]*\"|'[^']*'")
_HIDDEN = regex.compile(r"(?:^|\s)hidden(?=[\s=/]|$)", regex.I)
_FINDABLE = regex.compile(r"hidden\s*=\s*[\"']?until-found", regex.I)
_FOLDED = regex.compile(
    r"aria-hidden\s*=\s*[\"']?true|display\s*:\s*none|visibility\s*:\s*hidden", regex.I
)
_UNSEEN = regex.compile(
    r"font-size\s*:\s*(?:0(?!\.?\d)|[01](?:\.\d+)?px)|opacity\s*:\s*0(?!\.?\d)"
    r"|[\s;\"']color\s*:\s*transparent"
    r"|(?:left|top|text-indent)\s*:\s*-\d{4}|clip(?:-path)?\s*:\s*(?:rect\(0|rect\(1px|inset\(\d{2})"
    r"|(?<![\w-])(?:sr-only|visually-hidden|visuallyhidden|screen-reader-text)(?![\w-])",
    regex.I,
)
_INK = regex.compile(r"[\s;\"']color\s*:\s*([^;\"']{1,40})", regex.I)
_PAPER = regex.compile(r"background(?:-color)?\s*:\s*([^;\"']{1,40})", regex.I)
_ANSWER = regex.compile(
    r"(?:class|id)\s*=\s*[\"'][^\"']{0,200}(?:accordion|collaps|faq|answer|panel|toggle|spoiler|content|body|text)",
    regex.I,
)
_OPENER = regex.compile(
    r"aria-expanded|aria-controls|data-(?:bs-)?toggle\s*=\s*[\"']?collapse|accordion|faq", regex.I
)
_ROLE = regex.compile(
    r"role\s*=\s*[\"']?(?:navigation|banner|contentinfo|search|dialog|alertdialog|menu|menubar)\b",
    regex.I,
)
_MAIN = regex.compile(r"role\s*=\s*[\"']?main\b", regex.I)
_NAMED = regex.compile(
    r"(?:^|\s)(?:class|id)\s*=\s*[\"'](?:[^\"']{0,200}\s)?(?:breadcrumbs?|cookies?[\w-]{0,20}|navbar|nav"
    r"|nav-?menu|main-?menu|menu|site-?header|site-?footer|page-?footer|footer|side-?bar|pagination"
    r"|share|social[\w-]{0,20}|skip-?link|toc)(?=[\s\"'])",
    regex.I,
)
_WHOLE = {"html", "body", "main", "article"}
_NAMES = {"nav", "select", "form", "footer"}
_LINKED = regex.compile(r"<script\b[^<>]*application/ld\+json[^<>]*>", regex.I)
_MAX_LINKED = 20
_DEEP = 6


def is_hidden(attributes: str, *, after_question: bool) -> bool:
    """Say whether an element is not to be seen: left out, moved away, or ink of the paper's colour.

    The answer that folds out below a question is read though it is folded.
    """
    bare = _QUOTED.sub('""', attributes)
    folded = _HIDDEN.search(bare) and not _FINDABLE.search(attributes)
    if folded or _FOLDED.search(attributes):
        return not (after_question and _ANSWER.search(attributes))
    if _UNSEEN.search(attributes):
        return True
    ink, paper = _INK.search(attributes), _PAPER.search(attributes)
    return bool(ink and paper and ink[1].strip().casefold() == paper[1].strip().casefold())


def is_furniture(name: str, attributes: str) -> bool:
    """Say whether an element stands around the page: menus, the way here, cookies, the foot."""
    if name in _WHOLE:
        return False
    return name in _NAMES or bool(_ROLE.search(attributes) or _NAMED.search(attributes))


def is_main(name: str, attributes: str) -> bool:
    """Say whether an element holds what the page is about."""
    return name == "main" or bool(_MAIN.search(attributes))


def opens_answer(attributes: str) -> bool:
    """Say whether a button folds something out."""
    return bool(_OPENER.search(attributes))


def linked_questions(source: str) -> Iterator[tuple[str, str]]:
    """Yield the questions with answers that a page tells search engines (schema.org, FAQPage)."""
    for found in list(_LINKED.finditer(source))[:_MAX_LINKED]:
        end = source.find("</", found.end())
        while end >= 0 and source[end : end + 8].lower() != "</script":
            end = source.find("</", end + 2)
        try:
            value = json.loads(source[found.end() : end if end > 0 else len(source)])
        except (ValueError, RecursionError):
            continue
        yield from _questions(value, 0)


def _questions(value: Any, depth: int) -> Iterator[tuple[str, str]]:
    if depth > _DEEP:
        return
    if isinstance(value, list):
        for item in value:
            yield from _questions(item, depth + 1)
    elif isinstance(value, dict):
        answer = value.get("acceptedAnswer")
        said = answer[0] if isinstance(answer, list) and answer else answer
        if isinstance(said, dict) and value.get("name") and said.get("text"):
            yield str(value["name"]), str(said["text"])
        for inner in value.values():
            if isinstance(inner, dict | list):
                yield from _questions(inner, depth + 1)
