"""Candidates: which articles a reply may state, which it may only ask about, which come next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import regex

from copilot.suggesters.passages import overlap, sentences, stems
from copilot.suggesters.scene import Scene
from copilot.suggesters.slots import fill
from copilot.suggestion import Sentence
from knowledge import Hit, Locale
from prompts import load_bank

Standing = Literal["", "stated", "asked"]

_STATED = 0.6  # a weak hit from this chance on is said plainly, the panel asks to check it
_STATED_OUTAGE = 0.4  # the same in an outage, where a question of ours is less welcome
_ASKED = 0.2  # from here on it is said on condition that this was the question
_ASKED_SHARED = 0.12  # the same where article and question share a word
_ASKED_HURT = 0.2  # the same where the customer complains: a guess would sound deaf
_CLOSE = 0.3  # of the best one's chance makes an article worth an option of its own
_CLOSE_WEAK = 0.08
_NEAR = 0.03
_MAX_ARTICLES = 2
_MAX_OTHERS = 2
_TITLE_CHARS = 140
_READ_CHARS = 600
_NAMES = 2  # times as many Latin letters in a Russian text may be names and commands
_NAME_WORDS = 3  # a title this short may be a name
_OWN_WAY = ("leak", "bereavement", "self_harm", "health", "safety", "fraud")
_TERSE = ("sms", "push")
_QUESTIONS = ("simple_question", "how_to", "status_request")
_LETTERS = {"ru": regex.compile(r"\p{Cyrillic}"), "en": regex.compile(r"\p{Latin}")}


@dataclass(frozen=True)
class Candidates:
    """Articles to state, how they stand, and those that come next to them."""

    articles: tuple[Hit, ...] = ()
    standing: Standing = ""
    others: tuple[Hit, ...] = ()


def candidates(scene: Scene) -> Candidates:
    """Choose among the articles found; scripts have their own words and are no candidates.

    Strong hits are stated; where there are none, the likeliest weak one is stated or asked about. An
    article in another language is used only when no other one is at hand.
    """
    articles = _articles(scene)
    strong = [hit for hit in articles if hit.strength == "strong"]
    if strong and strong[0] == articles[0]:
        chosen = _per_request(scene, strong)
        return Candidates(chosen, "stated", _next(articles, chosen, least=_close(chosen)))
    own = [hit for hit in articles if hit.strength != "strong"]
    best = max(own, key=lambda hit: hit.confidence, default=None)
    standing = _standing(scene, best) if best is not None else ""
    if best is None or not standing:
        return Candidates()
    chosen = _per_request(scene, [best, *(hit for hit in articles if hit != best)], sure=False)
    return Candidates(chosen, standing, _next(articles, chosen, least=_CLOSE_WEAK))


def nearest(scene: Scene) -> tuple[Hit, ...]:
    """Return the articles whose titles share a word with the request, sure or not, to ask about."""
    request = scene.brief.perception.request
    near = [
        hit
        for hit in scene.brief.hits
        if hit.kind == "script"
        and scene.script(hit) is None
        and hit.confidence >= _NEAR
        and _spoken(hit, scene.language)
        and title_of(hit)
        and overlap(f"{hit.title} {hit.question}", request, scene.language)
    ]
    return tuple({hit.document: hit for hit in near}.values())[:_MAX_ARTICLES]


def nearness(hit: Hit, request: str, language: Locale) -> int:
    """Return how many stems of the request the article shares, its question and title included."""
    return overlap(f"{hit.title} {hit.question} {hit.answer or hit.text}", request, language)


def asked_first(scene: Scene, hits: Sequence[Hit]) -> tuple[Sentence, ...]:
    """Return the question whether these articles are meant, or nothing when it would be too long."""
    titles = [title for hit in hits if (title := title_of(hit))]
    if len(titles) < len(hits) or not titles:
        return ()
    title = titles[0] if len(titles) == 1 else _listed(titles, scene.language)
    known = {**scene.known, "title": title}
    ids = tuple(hit.id for hit in hits)
    for phrase in load_bank(scene.language):
        wording = phrase.said_to(scene.address)
        if (phrase.act, phrase.step, phrase.scene) != ("ask", "", "weak") or not wording:
            continue
        text = fill(wording, known, scene.labels)
        if scene.fresh(text):
            return (Sentence(text=text, sources=ids, act="ask"),)
    return ()


def title_of(hit: Hit) -> str:
    """Return the article's question or title as it can stand in a question of ours."""
    whole = " ".join((hit.question or hit.title).split())
    first = next(iter(sentences(whole)), "") if len(whole) > _TITLE_CHARS else whole
    return first.rstrip("?.! ") if len(first) <= _TITLE_CHARS else ""


def _listed(titles: Sequence[str], language: Locale) -> str:
    from copilot.suggesters.units import wording_of

    words = wording_of(language)
    first = str(words["among"]).join(titles[:-1])
    return str(words["either"]).format(first=first, last=titles[-1])


def _articles(scene: Scene) -> list[Hit]:
    """Return plain articles with a chance, those in the language of the reply alone if any."""
    found: dict[str, Hit] = {}
    for hit in scene.brief.hits:
        plain = hit.kind == "script" and scene.script(hit) is None
        if plain and hit.strength != "none" and (hit.answer or hit.text).strip():
            found.setdefault((hit.answer or hit.text).strip(), hit)
    own = [hit for hit in found.values() if _spoken(hit, scene.language)]
    own.sort(key=lambda hit: hit.strength != "strong")
    foreign = [hit for hit in found.values() if hit not in own and hit.strength == "strong"]
    if any(hit.strength == "strong" for hit in own):
        return own
    return [*own, *foreign] if any(hit.confidence >= _ASKED for hit in own) else [*foreign, *own]


def _spoken(hit: Hit, language: Locale) -> bool:
    """Say whether an article is written in the language of the reply, its title included."""
    own, other = _letters((hit.answer or hit.text)[:_READ_CHARS], language)
    title = (hit.question or hit.title)[:_READ_CHARS]
    titled, untitled = _letters(title, language)
    if untitled > titled and len(title.split()) > _NAME_WORDS:
        return False
    return own * _NAMES >= other if language == "ru" else own >= other * _NAMES


def _letters(text: str, language: Locale) -> tuple[int, int]:
    """Return how many letters are of the alphabet of the language, and of the other one."""
    counts = {name: len(letters.findall(text)) for name, letters in _LETTERS.items()}
    return counts[language], counts["en" if language == "ru" else "ru"]


def _standing(scene: Scene, hit: Hit) -> Standing:
    perception = scene.brief.perception
    terse = scene.public or scene.brief.conversation.channel in _TERSE
    if terse or scene.brief.frame.protocol in _OWN_WAY or not _is_best(scene, hit):
        return ""
    titled = bool(overlap(f"{hit.title} {hit.question}", perception.request, scene.language))
    outage = scene.brief.frame.protocol == "incident"
    if titled and hit.confidence >= (_STATED_OUTAGE if outage else _STATED):
        return "stated"
    return "asked" if hit.confidence >= _least(scene, hit) else ""


def _least(scene: Scene, hit: Hit) -> float:
    """Return the chance from which a weak hit is asked about in this conversation."""
    perception = scene.brief.perception
    if scene.brief.frame.framework in ("LEAD", "HEAR"):
        return 1.0 if scene.history else _ASKED_HURT
    shares = nearness(hit, perception.request, scene.language)
    asks = perception.has(*_QUESTIONS) or "?" in perception.request
    calm = asks or scene.brief.frame.framework == "NONE"
    return _ASKED_HURT if not calm else _ASKED_SHARED if shares else _ASKED


def _is_best(scene: Scene, hit: Hit) -> bool:
    """Say whether no script is likelier: those speak for themselves."""
    rivals = [h for h in scene.brief.hits if h.kind == "script" and scene.script(h) is not None]
    return all(rival.confidence <= hit.confidence for rival in rivals)


def _per_request(scene: Scene, hits: Sequence[Hit], *, sure: bool = True) -> tuple[Hit, ...]:
    """Return the best article, and a second one when a second question was asked that it is nearer to.

    Without `sure` hits only the best one is taken.
    """
    perception = scene.brief.perception
    single = perception.requests[1:] if len(perception.requests) > 2 else perception.requests
    asked = [request for request in single if stems(request, scene.language)]
    chosen = list(hits[:1])
    if len(asked) < 2 or not sure:
        return tuple(chosen)
    first = max(asked, key=lambda request: nearness(chosen[0], request, scene.language))
    for hit in hits[1:]:
        owner = max(asked, key=lambda request: nearness(hit, request, scene.language))
        if owner != first and nearness(hit, owner, scene.language):
            chosen.append(hit)
        if len(chosen) == _MAX_ARTICLES:
            break
    return tuple(chosen)


def _close(chosen: Sequence[Hit]) -> float:
    return max(_CLOSE_WEAK, _CLOSE * max(hit.confidence for hit in chosen))


def _next(articles: Sequence[Hit], chosen: Sequence[Hit], *, least: float) -> tuple[Hit, ...]:
    """Return the articles behind those chosen that have at least this chance, likeliest first."""
    documents = {hit.document for hit in chosen}
    close = [h for h in articles if h.document not in documents and h.confidence >= least]
    return tuple(sorted(close, key=lambda hit: -hit.confidence)[:_MAX_OTHERS])
