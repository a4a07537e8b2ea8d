"""Apologies said twice, and words for which the company's own rule has a better one."""

from collections.abc import Iterator

import regex

from copilot.improve.cutting import cut_out, dropped, like
from copilot.improve.facts import protected, touches
from copilot.improve.revision import Edit
from copilot.improve.setting import Setting
from copilot.improve.splitting import sentences
from copilot.improve.words import opening, pattern, sentence_pattern
from copilot.rules import review
from copilot.rules.lexicon import fold
from copilot.suggestion import Draft, Finding

_SAFE = regex.compile(r"\p{Ll}[\p{L} '-]{0,60}")
_MOST_WORDS = 5


def repeated_apologies(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield edits that leave one apology: later ones go when they say nothing else."""
    sorry = pattern(setting.language, "fix", "apology")
    bare = sentence_pattern(setting.language, "fix", "bare_apology")
    again = opening(setting.language, "fix", "apology_again")
    held = protected(text)
    parts = sentences(text)
    said = {n: low for n, part in enumerate(parts) if sorry.search(low := fold(part.text.lower()))}
    empty = [n for n, low in said.items() if bare.search(low)]
    telling = [n for n, low in said.items() if n not in empty]
    own = [n for n in telling if again.match(said[n]) is None]
    kept = next(iter([*own, *telling, *said]), -1)
    gone = [n for n in empty if n != kept and not touches(parts[n].start, parts[n].end, held)]
    for n, low in said.items():
        if n > kept and n not in gone and (lead := again.match(low)):
            place = (parts[n].start, parts[n].start + lead.end())
            cut = cut_out(text, place, "apology", setting.language)
            yield from [cut] if cut is not None else []
    yield from dropped(text, gone, "apology")


def replacements(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield the words that the company's rules put for others, where a rule names plain words."""
    draft = Draft.from_text(text)
    for finding in review(draft, setting.brief, setting.rules):
        if finding.rule in setting.rules.by_id and _is_wording(finding):
            new = like(finding.span, finding.replacement)
            if not _still_found(text, finding, new, setting):
                yield Edit(finding.start, finding.end, new, "rule")


def _is_wording(finding: Finding) -> bool:
    """Tell words to say from advice to the operator: a few words in small letters, no marks."""
    new = finding.replacement
    return (
        bool(_SAFE.fullmatch(new)) and len(new.split()) <= _MOST_WORDS and "\n" not in finding.span
    )


def _still_found(text: str, finding: Finding, new: str, setting: Setting) -> bool:
    changed = text[: finding.start] + new + text[finding.end :]
    found = review(Draft.from_text(changed), setting.brief, setting.rules)
    end = finding.start + len(new)
    return any(f.rule == finding.rule and f.start < end and finding.start < f.end for f in found)
