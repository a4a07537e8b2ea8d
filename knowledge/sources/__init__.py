"""Reading files: pages, papers, tables, chats and archives become documents, or say why not."""

from knowledge.sources.columns import check_columns
from knowledge.sources.files import SourceFile, find_files, folder_name, stands
from knowledge.sources.found import Reading, Wishes
from knowledge.sources.masking import Mask, masked_reading
from knowledge.sources.opening import open_archives
from knowledge.sources.reading import read_file
from knowledge.sources.sandbox import DirectReader, Reader, Sandbox

__all__ = [
    "DirectReader",
    "Mask",
    "Reader",
    "Reading",
    "Sandbox",
    "SourceFile",
    "Wishes",
    "check_columns",
    "find_files",
    "folder_name",
    "masked_reading",
    "open_archives",
    "read_file",
    "stands",
]
