"""Canned replies of Chatwoot as drafts of articles: nothing of them is offered before it is published."""

import regex

from copilot.conversation import Frozen
from copilot.errors import InvalidForm
from knowledge import Library, Locale, NotFound
from knowledge.sources.canned import filled_in
from knowledge.sources.rows import Row
from knowledge.space import language_of
from ui.chatwoot.client import Chatwoot

_NAME = regex.compile(r"[^\w.\-]+")


class Imported(Frozen):
    """What became of canned replies: ids of documents, and codes with the reason of a refusal."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()


def import_canned(library: Library, chatwoot: Chatwoot, account: int) -> Imported:
    """Take the canned replies of an account in as drafts.

    A draft that nobody has published follows Chatwoot; what was published here stays as it is.

    Raises:
        ChatwootTrouble: they cannot be had.
    """
    done: dict[str, list[str]] = {"added": [], "updated": [], "unchanged": [], "kept": []}
    refused: list[tuple[str, str]] = []
    for one in chatwoot.canned(account):
        code, text = str(one.get("short_code") or ""), str(one.get("content") or "")
        try:
            what, document = _take_in(library, account, code.strip(), _opened(code, text))
            done[what].append(document)
        except InvalidForm as error:
            refused.append((code, str(error)))
    return Imported(refused=tuple(refused), **{what: tuple(ids) for what, ids in done.items()})


def _take_in(library: Library, account: int, code: str, text: str) -> tuple[str, str]:
    locale: Locale = language_of(text)
    name = f"chatwoot-{account}-{_NAME.sub('-', code).strip('-')[:100]}"
    values = {"title": code, "question": code, "answer": text, "status": "draft", "kind": "script"}
    try:
        sheet = library.editor.sheet(f"{locale}:{name}")
    except NotFound:
        made = library.editor.create("article", locale, values, name=name, note="Chatwoot")
        return "added", made.id
    if sheet.values["answer"] == text:
        return "unchanged", sheet.id
    if sheet.status != "draft":
        return "kept", sheet.id
    library.editor.save(sheet.id, sheet.version, {**sheet.values, "answer": text}, note="Chatwoot")
    return "updated", sheet.id


def _opened(code: str, text: str) -> str:
    """Turn the variables of a canned reply into brackets to fill."""
    rows = [Row("", ("short_code", "content")), Row("", (code, text))]
    return filled_in(rows)[1].cells[1]
