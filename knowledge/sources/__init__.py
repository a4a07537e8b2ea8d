"""Reading files: Markdown, tables, JSON and HTML become documents; what cannot be read says why."""

from knowledge.sources.files import SourceFile, find_files
from knowledge.sources.reading import Reading, Refusal, Wishes, read_file

__all__ = ["Reading", "Refusal", "SourceFile", "Wishes", "find_files", "read_file"]
