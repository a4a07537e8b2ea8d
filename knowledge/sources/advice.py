"""What to do with files that are not read."""

READ = "what is read: md, txt, html, docx, pdf, csv, tsv, xlsx, json, jsonl, and zip of these"
ADVICE = {
    ".doc": "the old doc is not supported: save it as .docx",
    ".xls": "the old xls is not supported: save it as .xlsx",
    ".ods": "ods is not supported: save it as .xlsx",
    ".odt": "odt is not supported: save it as .docx",
    ".rtf": "rtf is not supported: save it as .docx",
    ".zip": "an archive inside an archive is not opened: unpack it",
    ".rar": "only zip archives are opened: pack it as .zip",
    ".7z": "only zip archives are opened: pack it as .zip",
    ".yaml": "a record is a Markdown file with a YAML header: save it as .md",
    ".yml": "a record is a Markdown file with a YAML header: save it as .md",
}
