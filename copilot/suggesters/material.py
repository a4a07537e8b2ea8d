"""Material: what the company knows that this reply may state, and nothing weaker."""

from collections.abc import Sequence
from dataclasses import dataclass

from copilot.suggesters.candidates import asked_first, candidates, nearness
from copilot.suggesters.notes import told
from copilot.suggesters.passages import VERBATIM_CHARS, ends_well, passage
from copilot.suggesters.phrases import choose
from copilot.suggesters.scene import Scene
from copilot.suggesters.slots import fill, labels_for, slots_in
from copilot.suggesters.units import Line, ends_in_mark, is_code, is_list_item
from copilot.suggestion import Sentence
from knowledge import Hit, Script

_SAFETY = ("health", "safety", "fraud", "self_harm")
_MIN_ROOM = 140  # an answer is never cut shorter than this to make room for sympathy
_MAIL_CHARS, _UPSET_CHARS = 1000, 550  # of articles in a mail; in a chat with somebody upset
_LOUD = 2  # the hostility from which a long answer is not read
_PARTS = 1.4  # two questions bear that much more than one
_PARAGRAPHS = 300  # an answer longer than this keeps its paragraphs
_SHORT_CHANNELS = ("sms", "push", "review", "social", "voice")
_ASKABLE = 0.1  # a hit less likely than this would only puzzle the customer


class Quoted(Sentence):
    """A line of an article, word for word."""


@dataclass(frozen=True)
class Material:
    """Sources by kind. `weak` is the best hit that may be asked about, never stated.

    `tentative` articles are weak hits; `asked` ones are said on condition that they are what was
    meant. `others` come close behind the articles.
    """

    scene: Scene
    hit: Hit | None = None
    script: Script | None = None
    articles: tuple[Hit, ...] = ()
    asked: bool = False
    tentative: bool = False
    others: tuple[Hit, ...] = ()
    notes: tuple[Sentence, ...] = ()
    weak: Hit | None = None

    @property
    def bare(self) -> bool:
        """Whether nothing may be stated."""
        return not (self.script or self.articles or self.notes)

    @property
    def sure(self) -> bool:
        """Whether what is stated is known to be the matter, and not only likely to be."""
        return not self.bare and not (self.tentative and not self.notes)

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

    def passages(self, room: int, *, exact: bool = False) -> tuple[Sentence, ...]:
        """Return the answering part of the articles; one that may not be meant is asked about first.

        Args:
            room: Characters that the frame leaves; an answer is not cut for less than its channel
                bears.
            exact: Keep to `room` all the same.
        """
        if not self.articles:
            return ()
        most = room if exact else max(room, self._bearable())
        share = max(_MIN_ROOM, most // len(self.articles))
        said: list[Sentence] = []
        for hit in self.articles:
            said.extend(self._quoted(hit, share, after=said[-1] if said else None))
        steps = any(is_list_item(s.text) and self.scene.fresh(s.text) for s in said)
        fresh = tuple(
            s for s in said if self.scene.fresh(s.text) or (steps and is_list_item(s.text))
        )
        return self._on_condition(fresh) if self.asked and fresh else fresh

    def _on_condition(self, quoted: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
        """Put the question whether this is what was meant in front of an answer."""
        question = asked_first(self.scene, self.articles[:1])
        if not question:
            return quoted
        then = choose(self.scene, "answer", place="weak")
        gap = "\n" if any(sentence.before != " " for sentence in quoted) else " "
        first = quoted[0].model_copy(update={"before": gap})
        return (*question, *((then,) if then else ()), first, *quoted[1:])

    def _bearable(self) -> int:
        """Return how many characters of an article a reply in this channel bears."""
        if self.scene.brief.conversation.channel in _SHORT_CHANNELS:
            return 0
        if self.scene.brief.conversation.channel == "email":
            return _MAIL_CHARS
        upset = self.scene.brief.perception.hostility >= _LOUD
        return _UPSET_CHARS if upset else round(VERBATIM_CHARS * min(len(self.articles), _PARTS))

    def _quoted(self, hit: Hit, room: int, *, after: Sentence | None) -> list[Sentence]:
        """Return the lines of one article, each citing it."""
        requests = self.scene.brief.perception.requests or (self.scene.brief.perception.request,)
        request = max(requests, key=lambda r: nearness(hit, r, self.scene.language))
        lines = passage(hit, request, max_chars=room)
        long = sum(len(line.text) for line in lines) > _PARAGRAPHS
        quoted: list[Sentence] = []
        for n, line in enumerate(lines):
            last = quoted[-1] if quoted else after
            own_line = _stands_apart(line, last, long=long or (n == 0 and after is not None))
            goes_on = n + 1 < len(lines) or is_code(line.text)
            text = line.text if goes_on or is_list_item(line.text) else ends_well(line.text)
            before = "\n" if own_line else " "
            quoted.append(Quoted(text=text, sources=(hit.id,), act="answer", before=before))
        return quoted

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
    """Find what this reply may state: a script or articles, and card notes.

    Scripts are stated when they are strong; of articles the likeliest may be asked about too.
    """
    hits = [hit for hit in scene.brief.hits if hit.kind == "script"]
    request = scene.brief.perception.request
    notes = () if scene.public else told(_cards(scene), request, scene.language)
    fresh = tuple(note for note in notes if scene.fresh(note.text))
    weak = next((h for h in hits if _may_be_asked(h)), None)
    strong = [hit for hit in hits if hit.strength == "strong"]
    if scene.brief.frame.protocol in _SAFETY:
        strong = [hit for hit in strong if (s := scene.script(hit)) and s.safety != "none"]
    if strong and (script := scene.script(strong[0])):
        return Material(scene, hit=strong[0], script=script, notes=fresh, weak=weak)
    if scene.brief.frame.protocol in _SAFETY:
        return Material(scene, notes=fresh, weak=weak)
    found = candidates(scene)
    return Material(
        scene,
        articles=found.articles,
        asked=found.standing == "asked",
        tentative=bool(found.articles) and not strong,
        others=found.others,
        notes=fresh,
        weak=weak,
    )


def _may_be_asked(hit: Hit) -> bool:
    likely = hit.strength == "weak" and hit.confidence >= _ASKABLE
    return likely and bool(hit.question or hit.title)


def _cards(scene: Scene) -> Sequence[Hit]:
    cards = [hit for hit in scene.brief.hits if hit.kind == "card"]
    if cards:
        return cards
    notes = scene.brief.conversation.card.notes
    return [
        Hit(id=f"card#{n}", document="card", kind="card", title="", text=note, score=1, strength="strong")
        for n, note in enumerate(notes, 1)
    ]  # fmt: skip


def _stands_apart(line: Line, last: Sentence | None, *, long: bool) -> bool:
    """Say whether a line of an article stands on a line of its own in the reply too."""
    if is_list_item(line.text) or (last is not None and is_list_item(last.text)):
        return True
    alone = last is not None and not ends_in_mark(last.text)
    return alone or (line.opens and (long or is_code(line.text)))
