"""Material: what the company knows that this reply may state, and nothing weaker."""

from collections.abc import Sequence
from dataclasses import dataclass

from copilot.suggesters.notes import told
from copilot.suggesters.passages import (
    VERBATIM_CHARS,
    answer,
    ends_in_mark,
    ends_well,
    is_list_item,
    overlap,
)
from copilot.suggesters.scene import Scene
from copilot.suggesters.slots import fill, labels_for, slots_in
from copilot.suggestion import Sentence
from knowledge import Hit, Script

_SAFETY = ("health", "safety", "fraud", "self_harm")
_MIN_ROOM = 140  # an answer is never cut shorter than this to make room for sympathy
_MAX_ARTICLES = 2
_ASKABLE = 0.2  # a hit less likely than this would only puzzle the customer


@dataclass(frozen=True)
class Material:
    """Sources by kind. `weak` is the best hit that may be asked about, never stated."""

    scene: Scene
    hit: Hit | None = None
    script: Script | None = None
    articles: tuple[Hit, ...] = ()
    notes: tuple[Sentence, ...] = ()
    weak: Hit | None = None

    @property
    def bare(self) -> bool:
        """Whether nothing may be stated."""
        return not (self.script or self.articles or self.notes)

    def lines(self, part: str) -> tuple[Sentence, ...]:
        """Return a part of the script, every line filled, those already sent left out.

        A line that needs a fact only the customer could give is left out when another can stand.
        """
        if self.script is None or self.hit is None:
            return ()
        reply = self.script.reply_in(self.scene.register)
        labels = labels_for(self.script, self.scene.language)
        asked = {fact.name for fact in self.script.facts_needed}
        raw: tuple[str, ...] = getattr(reply, part)
        ready = [line for line in raw if not self._lacking(line) & asked]
        texts = (fill(line, self.scene.known, labels) for line in ready or raw)
        fresh = [text for text in texts if self.scene.fresh(text)]
        listed = [is_list_item(text) for text in fresh]
        return tuple(
            self._sentence(text, new_line=listed[n] or (n > 0 and listed[n - 1]))
            for n, text in enumerate(fresh)
        )

    def hinges(self, part: str) -> bool:
        """Say whether the first line of a part needs a fact that only the customer could give."""
        if self.script is None:
            return False
        raw: tuple[str, ...] = getattr(self.script.reply_in(self.scene.register), part)
        asked = {fact.name for fact in self.script.facts_needed}
        return bool(raw) and bool(self._lacking(raw[0]) & asked)

    def variant(self, part: str) -> Sentence | None:
        """Return the first variant of a part whose slots are all known and that is still unsaid."""
        if self.script is None or self.hit is None:
            return None
        for line in getattr(self.script.reply_in(self.scene.register), part):
            text = fill(line, self.scene.known, {})
            if not self._lacking(line) and self.scene.fresh(text):
                return self._sentence(text)
        return None

    def passages(self, room: int) -> tuple[Sentence, ...]:
        """Return the answering sentences of the articles within `room` characters."""
        share = max(_MIN_ROOM, min(VERBATIM_CHARS, room) // max(1, len(self.articles)))
        requests = self.scene.brief.perception.requests or (self.scene.brief.perception.request,)
        said: list[Sentence] = []
        for hit in self.articles:
            request = max(requests, key=lambda r: _nearness(hit, r, self.scene))
            lines = answer(hit, request, max_chars=share)
            for n, text in enumerate(lines):
                placed = _placed(text, hit, first=not said, after=said[-1] if said else None)
                leads = n + 1 < len(lines) and not ends_in_mark(text)
                said.append(placed.model_copy(update={"text": text}) if leads else placed)
        return tuple(s for s in said if self.scene.fresh(s.text))

    def _lacking(self, line: str) -> set[str]:
        return {name for name in slots_in(line) if name not in self.scene.known}

    def _sentence(self, text: str, *, new_line: bool = False) -> Sentence:
        sources = (self.hit.id,) if self.hit is not None else ()
        return Sentence(text=text, sources=sources, before="\n" if new_line else " ")


# Signals by which a script shows that it is written for a plan of its own.
_CALLED_BY: dict[str, tuple[str, ...]] = {
    "abuse": ("insult_operator", "violence_threat"),
    "abuse_again": ("insult_operator", "violence_threat"),
    "violence": ("violence_threat", "insult_operator"),
    "praise": ("praise",),
    "suggestion": ("suggestion",),
    "unclear": ("unclear_message",),
    "off_topic": ("off_topic", "prompt_injection"),
}


def calls_for(material: Material, plan: str) -> bool:
    """Say whether the script found is written for this very plan, or for its danger."""
    script = material.script
    if script is None:
        return False
    wanted = _CALLED_BY.get(plan, ())
    for_danger = script.safety != "none" and plan in _SAFETY
    return for_danger or any(name in script.signals for name in wanted)


def gather(scene: Scene) -> Material:
    """Find what this reply may state: a script or articles that are strong hits, and card notes."""
    hits = [hit for hit in scene.brief.hits if hit.kind == "script"]
    request = scene.brief.perception.request
    notes = () if scene.public else told(_cards(scene), request, scene.language)
    fresh = tuple(note for note in notes if scene.fresh(note.text))
    weak = next(
        (
            h
            for h in hits
            if h.strength == "weak" and h.confidence >= _ASKABLE and (h.question or h.title)
        ),
        None,
    )
    strong = [hit for hit in hits if hit.strength == "strong"]
    if scene.brief.frame.protocol in _SAFETY:
        strong = [hit for hit in strong if (s := scene.script(hit)) and s.safety != "none"]
    if not strong:
        return Material(scene, notes=fresh, weak=weak)
    if script := scene.script(strong[0]):
        return Material(scene, hit=strong[0], script=script, notes=fresh, weak=weak)
    return Material(scene, articles=_articles(scene, strong), notes=fresh, weak=weak)


def _cards(scene: Scene) -> Sequence[Hit]:
    cards = [hit for hit in scene.brief.hits if hit.kind == "card"]
    if cards:
        return cards
    notes = scene.brief.conversation.card.notes
    return [
        Hit(id=f"card#{n}", document="card", kind="card", title="", text=note, score=1, strength="strong")
        for n, note in enumerate(notes, 1)
    ]  # fmt: skip


def _articles(scene: Scene, strong: Sequence[Hit]) -> tuple[Hit, ...]:
    """Return the best article, and a second one only when a second question was asked."""
    plain = [hit for hit in strong if scene.script(hit) is None]
    requests = scene.brief.perception.requests
    if len(requests) < 2:
        return tuple(plain[:1])
    chosen = plain[:1]
    for hit in plain[1:]:
        owner = max(requests, key=lambda r: _nearness(hit, r, scene))
        first = max(requests, key=lambda r: _nearness(chosen[0], r, scene))
        if owner != first and _nearness(hit, owner, scene):
            chosen.append(hit)
        if len(chosen) == _MAX_ARTICLES:
            break
    return tuple(chosen)


def _nearness(hit: Hit, request: str, scene: Scene) -> int:
    """Return how many stems of the request the article shares, its question and title included."""
    return overlap(f"{hit.title} {hit.question} {hit.answer or hit.text}", request, scene.language)


def _placed(text: str, hit: Hit, *, first: bool, after: Sentence | None) -> Sentence:
    """Put a line of an article after another; lines that end in nothing stay lines of their own."""
    listed = is_list_item(text) or (after is not None and is_list_item(after.text))
    alone = after is not None and not ends_in_mark(after.text)
    whole = text if listed or alone or text.endswith(":") else ends_well(text)
    before = "\n" if (listed or alone) and not first else " "
    return Sentence(text=whole, sources=(hit.id,), act="answer", before=before)
