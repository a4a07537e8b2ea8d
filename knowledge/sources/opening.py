"""Opening archives: each becomes the files inside it."""

from collections.abc import Sequence

from knowledge.errors import Refused
from knowledge.report import Refusal
from knowledge.sources.files import ARCHIVE, SourceFile, member_files
from knowledge.sources.sandbox import Reader


def open_archives(
    files: Sequence[SourceFile], reader: Reader
) -> tuple[list[SourceFile], list[Refusal]]:
    """Return files with each archive replaced by what is inside, and what could not be opened."""
    found: list[SourceFile] = []
    refused: list[Refusal] = []
    for file in files:
        if file.suffix != ARCHIVE:
            found.append(file)
            continue
        try:
            members = reader.members(file.path)
        except Refused as refusal:
            refused.append(Refusal(path=file.shown, reason=refusal.reason))
            continue
        if not members:
            refused.append(Refusal(path=file.shown, reason="the archive is empty"))
        readable = [(member.name, member.shown) for member in members if not member.refusal]
        found.extend(member_files(file, readable))
        refused.extend(
            Refusal(path=f"{file.shown}/{member.shown}", reason=member.refusal)
            for member in members
            if member.refusal
        )
    return found, refused
