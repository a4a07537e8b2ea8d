"""Reading files: Markdown, tables, JSON and HTML become documents; what cannot be read says why."""

from knowledge.sources.columns import check_columns
from knowledge.sources.files import SourceFile, find_files, folder_name
from knowledge.sources.reading import Reading, Wishes, read_file

__all__ = [
    "Reading",
    "SourceFile",
    "Wishes",
    "check_columns",
    "find_files",
    "folder_name",
    "read_file",
]
