"""The HTML of the page of incidents; everything that somebody wrote is escaped."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from copilot.incidents import Incident
from copilot.surge import Surge
from ui.locales import LANGUAGES

MOST = 20  # incidents shown; older ones are in `teplo incident list`
_Tell = Mapping[str, Sequence[tuple[str, str]]]


def present(
    incidents: Sequence[Incident],
    surges: Sequence[Surge],
    tell: _Tell,
    now: datetime,
    words: dict[str, Any],
) -> str:
    """Return waves and the incidents that are on."""
    cards = [_card(one, tell, now, words) for one in incidents if one.ended is None]
    waves = _section(words["surges"], [_surge(one, words) for one in surges]) if surges else ""
    return waves + _section(words["now_on"], cards, words["nothing_on"])


def past(incidents: Sequence[Incident], tell: _Tell, words: dict[str, Any]) -> str:
    """Return the incidents that are over."""
    over = [_past(one, tell, words) for one in incidents if one.ended is not None]
    return _section(words["past"], over[:MOST], words["past_none"])


def notice(text: str, *, done: bool) -> str:
    """Return the line that says what came of an action."""
    kind = "ok" if done else "problem"
    return f'<p class="note {kind}" role="status">{escape(text)}</p>' if text else ""


def _section(title: str, parts: Sequence[str], empty: str = "") -> str:
    body = "".join(parts) or f'<p class="empty">{escape(empty)}</p>'
    return f'<section class="i-part"><h2>{escape(title)}</h2>{body}</section>'


def _surge(surge: Surge, words: dict[str, Any]) -> str:
    text = words["surge"].format(
        count=len(surge.conversations), words=" + ".join(surge.words), usual=f"{surge.usual:g}"
    )
    return f'<p class="i-surge">{escape(text)}</p>'


def _card(incident: Incident, tell: _Tell, now: datetime, words: dict[str, Any]) -> str:
    facts = [words["started"].format(time=_clock(incident.started, now))]
    if incident.started_by:
        facts.append(words["by"].format(who=incident.started_by))
    late = ""
    if incident.next_update is not None:
        time = _clock(incident.next_update, now)
        if incident.overdue(now):
            late = f'<p class="i-late">{escape(words["overdue"].format(time=time))}</p>'
        else:
            facts.append(words["next"].format(time=time))
    missing = [
        words["no_language"].format(language=words["languages"][one])
        for one in LANGUAGES
        if one not in incident.told
    ]
    return (
        f'<article class="i-card"><h3>{escape(incident.title)}</h3>'
        f'<p class="kind">{escape(" · ".join(facts))}</p>{late}{_told(incident, words)}'
        f"{''.join(f'<p class=kind>{escape(one)}</p>' for one in missing)}"
        f"{_to_tell(incident, tell, words)}</article>"
    )


def _told(incident: Incident, words: dict[str, Any]) -> str:
    parts = []
    for language, told in incident.told.items():
        facts = "".join(f"<li>{escape(fact)}</li>" for fact in told.facts)
        around = (
            f"<li><b>{escape(words['around'])}:</b> {escape(told.workaround)}</li>"
            if told.workaround
            else ""
        )
        parts.append(f'<ul lang="{language}">{facts}{around}</ul>')
    return f'<p class="kind">{escape(words["told"])}</p>{"".join(parts)}'


def _to_tell(incident: Incident, tell: _Tell, words: dict[str, Any]) -> str:
    found = tell.get(incident.id, ())
    if not found:
        return f'<p class="kind">{escape(words["to_tell_none"])}</p>'
    rows = "".join(
        f"<li>{escape(preview)} <code>{escape(name)}</code></li>" for name, preview in found
    )
    return f"<details><summary>{escape(words['to_tell'])}: {len(found)}</summary><ul>{rows}</ul></details>"


def _past(incident: Incident, tell: _Tell, words: dict[str, Any]) -> str:
    ended = incident.ended or incident.started
    lasted = words["lasted"].format(
        start=f"{incident.started:%d.%m %H:%M}", end=f"{ended:%d.%m %H:%M}"
    )
    return (
        f'<article class="i-card past"><h3>{escape(incident.title)}</h3>'
        f'<p class="kind">{escape(lasted)}</p>{_to_tell(incident, tell, words)}</article>'
    )


def _clock(moment: datetime, now: datetime) -> str:
    """The time of day here, with the day where it is another one."""
    here, today = moment.astimezone(), now.astimezone().date()
    return f"{here:%H:%M}" if here.date() == today else f"{here:%d.%m %H:%M}"
