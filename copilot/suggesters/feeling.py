"""Feeling: what happened is said back, what it costs is named once, one apology where it is due."""

import regex

from copilot.cues import themes_of
from copilot.suggesters.cards import once_more
from copilot.suggesters.material import Material
from copilot.suggesters.phrases import choose, themed, unthemed
from copilot.suggesters.pieces import MUST, NICE, Piece, facts_in, pieces, stepped
from copilot.suggesters.scene import HISTORY, Scene
from copilot.suggestion import Sentence

_PERSON = ("want_human", "bot_loop", "reask_complaint")
_KEPT_PROTOCOLS = ("leak", "bereavement")
# Danger, grief, the customer's own slip, praise: other words are needed than theirs.
_NO_MIRROR = (1, 2, 3, 4, 5, 12, 16, 22, 24, 26)
_SHORT = 4  # words; «no parcel» adds nothing to «we broke our word»
_TELLS_ALL = 6  # words from which the customer's own sentence needs no other beside it
_TOLD_THEMES = ("work", "home_wait", "comfort", "offline", "business")
# What is named even where nobody's fault is settled.
_GRAVE = ("health", "child", "money_tight", "trip", "work", "comfort", "business")
_WORD = regex.compile(r"\w+")
_CALM = 0.3  # below this nothing but the person's own life is named
_LOUD = 0.6  # the chance of an upset person from which a cost is named
# What an apology may name; a wish (refund, cancel) is nothing to be sorry for.
_WISHES = ("refund_request", "cancel_request", "money_dispute", "compensation_request")


def heard(scene: Scene, material: Material, step: str) -> list[Piece]:
    """Say back what happened; the history too, when the thread itself is part of the trouble."""
    frame = scene.brief.frame
    if frame.protocol in _KEPT_PROTOCOLS:
        return pieces(
            [choose(scene, "ack", step=step, written_for="L", place=frame.protocol)], MUST
        )
    done = step in frame.done and frame.row != 8
    if (done or scene.returning) and not scene.rising:
        return []
    own = stepped(material.variant("acknowledge"), step, "ack") or mirror(scene, step)
    if "want_human" in scene.topics and step not in frame.done:
        place = "human_voice" if scene.brief.conversation.channel == "voice" else "human"
        first = choose(scene, "answer", step=step, place=place)
        return pieces([first], MUST) + pieces([own or _topic_ack(scene, step, first)], NICE)
    if frame.protocol == "incident":
        known = "incident_known" if not material.bare else "incident"
        bank = choose(scene, "ack", step=step, written_for="L", place=known)
        return pieces([own or bank], MUST)
    if scene.history and (frame.row == 8 or "nth" in scene.known):
        return _with_history(scene, step, own)
    return pieces([own or _bank_ack(scene, step)], MUST)


def mirror(scene: Scene, step: str) -> Sentence | None:
    """Return what happened in the customer's own words, where it can be said back safely."""
    formal = scene.business and scene.brief.conversation.channel == "email"
    if scene.public or formal or scene.brief.frame.row in _NO_MIRROR:
        return None
    said = scene.retold
    return Sentence(step=step, text=said, act="ack") if said and scene.fresh(said) else None


def _with_history(scene: Scene, step: str, own: Sentence | None) -> list[Piece]:
    """Tell that it is not the first time, unless the customer's own words tell it."""
    topics = [t for t in scene.topics if t in HISTORY]
    first = choose(scene, "ack", step=step, written_for="L", topics=topics)
    long = own is not None and len(_WORD.findall(own.text)) >= _TELLS_ALL
    counted = own is not None and scene.counts(own.text)
    if own is not None and (counted or (long and "nth" not in scene.known)):
        return pieces([own], MUST)
    short = own is not None and len(_WORD.findall(own.text)) < _SHORT
    second = None if short else own or _topic_ack(scene, step, first)
    return pieces([first], MUST) + pieces([second], NICE)


def _bank_ack(scene: Scene, step: str) -> Sentence | None:
    topics = ("b2b", *scene.topics) if scene.business else None
    return choose(scene, "ack", step=step, written_for="L", topics=topics)


def _topic_ack(scene: Scene, step: str, first: Sentence | None) -> Sentence | None:
    """Add what the matter is to what its history is, without naming a fact twice."""
    named = facts_in(scene, pieces([first]))
    topics = [t for t in scene.topics if t not in (*HISTORY, *_PERSON)]
    if not topics:
        return None
    found = choose(scene, "ack", step=step, written_for="L", topics=topics, without=named)
    generic = choose(scene, "ack", step=step, written_for="L", topics=(), without=named)
    return None if found == generic else found


def back_again(scene: Scene, material: Material, step: str) -> list[Piece]:
    """Say that the answer promised earlier is here, when the customer comes back for it."""
    again = once_more(scene.language).format(note="")
    if not scene.returning or scene.rising or material.notes[0].text.startswith(again):
        return []
    return pieces([choose(scene, "answer", step=step, place="back")], NICE)


def felt(scene: Scene, material: Material, step: str = "E") -> list[Piece]:
    """Name what this costs the person; nothing when it was named before or nothing is known."""
    if not _feeling_fits(scene):
        return []
    told = mirror(scene, step)
    if told is not None and len(_WORD.findall(told.text)) < _SHORT:
        told = None
    if (life := themed(scene, "empathy", step, themes=_themes(scene, told))) is not None:
        return pieces([life], NICE)
    perception = scene.brief.perception
    calm = perception.upset < _CALM and perception.hostility <= 1
    loud = not calm and (perception.hostility or perception.distress or perception.upset >= _LOUD)
    care = scene.brief.frame.framework == "CARE"
    if not loud or scene.business or (care and max(perception.hostility, perception.distress) < 2):
        return []
    lost = "helpless" in scene.topics and care and told is None
    if lost:
        return []
    own = stepped(material.variant("empathise"), step, "empathy")
    again = ("broken_promise",) if told is None else ()  # then the first sentence has told it
    topics = [topic for topic in scene.topics if topic not in (*_WISHES, *again)]
    found = own or unthemed(scene, "empathy", step, topics)
    if found is None and told is not None:
        found = choose(scene, "empathy", step=step, written_for="E", place="retold")
    return pieces([found], NICE)


def _themes(scene: Scene, told: Sentence | None) -> tuple[str, ...]:
    """Return what of the person's life may be named: not what their own words have just named."""
    if scene.brief.frame.protocol == "leak":
        return ()
    named = themes_of(told.text, scene.language) if told is not None else ()
    said = [theme for theme in named if theme in _TOLD_THEMES]
    allowed = _GRAVE if scene.brief.frame.framework == "CARE" else scene.themes
    return tuple(theme for theme in scene.themes if theme in allowed and theme not in said)


def _feeling_fits(scene: Scene) -> bool:
    """Say whether a word about the cost has a place: once, not in public, not in mid-solution."""
    frame = scene.brief.frame
    if "E" in frame.done or frame.protocol == "bereavement" or scene.public:
        return False
    if frame.framework != "CARE" and scene.returning and not scene.rising:
        return False
    return not (frame.done and frame.row != 8) or scene.rising


def sorry(scene: Scene, material: Material) -> list[Piece]:
    """Apologise once, for what we did, when the frame allows it."""
    if not scene.brief.frame.apologise:
        return []
    own = stepped(material.variant("apologise"), "A", "apologise")
    if own is not None:
        return pieces([own], MUST)
    if scene.business:
        return pieces(
            [choose(scene, "apologise", step="A", written_for="A", topics=("b2b",))], MUST
        )
    topics = [topic for topic in scene.topics if topic not in _WISHES]
    found = choose(scene, "apologise", step="A", written_for="A", topics=topics)
    generic = choose(scene, "apologise", step="A", written_for="A", topics=())
    if found == generic and scene.noted == "ours":
        found = choose(scene, "apologise", step="A", written_for="A", place="ours") or found
    return pieces([found], MUST)
