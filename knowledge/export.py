"""Everything as a zip that an index run takes back into an equal base, always the same bytes."""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from knowledge.documents import Document
from knowledge.errors import Refused
from knowledge.sources.articlerecord import ARTICLE
from knowledge.sources.files import slug
from knowledge.sources.header import RESOLVERS, split_header
from knowledge.sources.records import to_record_document

_FOLDERS = {"script": "scripts", "tone": "tone", "case": "cases"}
_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say: the bytes tell no time
_FILE_CHARS = 3_000_000  # of a file of articles; files of 20 MB are still read
_MOST_PAGES = 8_000  # an archive of more than 10,000 files is not opened
_PLACELESS = {"path": "", "place": ""}


class _Dumper(yaml.SafeDumper):
    """Writes what the reader of headers reads as the same: YAML 1.2's core, no anchors."""

    yaml_implicit_resolvers = RESOLVERS

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - as in PyYAML
        """Write values that stand twice twice."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - as in PyYAML
        """Indent lists below their key, as people do."""
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _text)


def export(documents: Iterable[Document]) -> bytes:
    """Return a zip of the documents: equal bases give equal bytes, wherever they came from.

    Records are Markdown files with a header; articles stand together by language, a line each.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in sorted(_files(documents)):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, text.encode())
    return packed.getvalue()


def as_markdown(document: Document) -> str | None:
    """Return a document as a Markdown file; None when it would not come back letter by letter."""
    record = document.record
    if record is None:
        return None
    header: dict[str, Any] = {
        name: getattr(record, name) for name in ("id", "kind", "locale", "status")
    }
    said = record.model_dump(mode="json", exclude_defaults=True)
    header.update({name: _round(value) for name, value in said.items() if name not in header})
    if document.examples:
        header["examples"] = list(document.examples)
    text = f"---\n{_yaml(header)}---\n{document.body}\n"
    return text if _read_back(text) == document.model_copy(update=_PLACELESS) else None


def as_line(document: Document) -> str:
    """Return a document as a line of JSON that says all of it."""
    locale, _, name = document.id.partition(":")
    line: dict[str, Any] = {"kind": ARTICLE, "id": name, "locale": locale}
    if document.kind != "script":
        line["pool"] = document.kind
    said = document.model_dump(
        mode="json", exclude={"id", "kind", "locale", "path", "place"}, exclude_defaults=True
    )
    if document.record is not None:
        said["record"] = {**said["record"], "kind": document.record.kind}
    if document.question:
        said["answer"] = document.answer
        if document.title == document.question:
            del said["title"]
        if document.body == document.answer:
            del said["body"]
    return json.dumps({**line, **said}, ensure_ascii=False)


def _files(documents: Iterable[Document]) -> Iterator[tuple[str, str]]:
    lines: dict[str, list[str]] = {}
    pages: set[str] = set()
    for document in sorted(documents, key=lambda one: one.id):
        page = as_markdown(document) if len(pages) < _MOST_PAGES else None
        if page is None:
            lines.setdefault(document.locale, []).append(as_line(document))
            continue
        path = _page_name(document, pages)
        pages.add(path)
        yield path, page
    for locale, told in lines.items():
        for n, part in enumerate(_parts(told), start=1):
            yield f"{locale}/articles/articles{_number(n)}.jsonl", part


def _page_name(document: Document, taken: set[str]) -> str:
    """Return a name for a record's page; ids that differ in their hyphens alone get a number."""
    name = slug(document.id.partition(":")[2], 100)
    path = f"{document.locale}/{_FOLDERS[document.kind]}/{name}"
    n = next(n for n in range(1, len(taken) + 2) if f"{path}{_number(n)}.md" not in taken)
    return f"{path}{_number(n)}.md"


def _number(n: int) -> str:
    return f"-{n}" if n > 1 else ""


def _parts(lines: list[str]) -> Iterator[str]:
    """Yield lines in files that are not too large to be read again."""
    part: list[str] = []
    size = 0
    for line in lines:
        if part and size + len(line) > _FILE_CHARS:
            yield "".join(part)
            part, size = [], 0
        part.append(f"{line}\n")
        size += len(line)
    if part:
        yield "".join(part)


def _yaml(header: Mapping[str, Any]) -> str:
    return yaml.dump(dict(header), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)


def _round(value: Any) -> Any:
    """Return a value with whole numbers written as such."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _round(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_round(inner) for inner in value]
    return value


def _read_back(text: str) -> Document | None:
    try:
        header = split_header(text)
        return to_record_document(header) if header else None
    except Refused:
        return None
