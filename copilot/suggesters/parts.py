"""Parts of a reply: acknowledge, empathise, apologise, solve; each knows when it is not needed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from copilot.cues import acts_of, hears
from copilot.suggesters.material import Material
from copilot.suggesters.phrases import choose, themed
from copilot.suggesters.scene import Scene, roots
from copilot.suggestion import SLOT, Sentence

MUST, WANTED, NICE, SPARE = 9, 6, 4, 2  # what goes first when a reply is too long: the lowest
_DELIVERY = (
    "delay",
    "non_delivery",
    "wrong_item",
    "missing_item",
    "cancel_request",
    "refund_request",
)
_THINGS = ("defect", "quality", "wrong_item", "missing_item", "cancel_request", "refund_request")
_SHORT_TURN = 30  # characters: "cancel it" does not say what
_MONEY = ("double_charge", "money_loss", "money_dispute")
_HISTORY = ("broken_promise", "repeat_contact", "waiting_unanswered", "reask_complaint", "bot_loop")
_REPAIRS = ("defect", "outage", "how_to", "quality", "want_human", "bot_loop")
_PURSUED = ("broken_promise", "repeat_contact", "waiting_unanswered")
_PERSON = ("want_human", "bot_loop", "reask_complaint")
_KEPT_PROTOCOLS = ("leak", "bereavement", "incident")
_SPOKEN_KINDS = ("order", "date", "sum", "track", "contact", "promo", "address")


@dataclass(frozen=True)
class Piece:
    """A sentence and how dear it is when room is short."""

    sentence: Sentence
    keep: int = WANTED


def pieces(sentences: Iterable[Sentence | None], keep: int = WANTED) -> list[Piece]:
    """Wrap the sentences that exist."""
    return [Piece(sentence, keep) for sentence in sentences if sentence is not None]


def stepped(sentence: Sentence | None, step: str, act: str = "") -> Sentence | None:
    """Return the sentence with its framework step and act set."""
    if sentence is None:
        return None
    return sentence.model_copy(update={"step": step, "act": sentence.act or act})


def heard(scene: Scene, material: Material, step: str) -> list[Piece]:
    """Say back what happened; the history too, when the thread itself is part of the trouble."""
    frame = scene.brief.frame
    if frame.protocol in _KEPT_PROTOCOLS:
        known = frame.protocol == "incident" and not material.bare
        place = "incident_known" if known else frame.protocol
        return pieces([choose(scene, "ack", step=step, written_for="L", place=place)], MUST)
    if step in frame.done and frame.row != 8 and not _rising(scene):
        return []
    if frame.protocol == "human":
        first = choose(scene, "answer", step=step, place="human")
        return pieces([first], MUST) + pieces([_topic_ack(scene, material, step, first)], NICE)
    if frame.row == 8 and scene.history:
        topics = [t for t in scene.topics if t in _HISTORY]
        first = choose(scene, "ack", step=step, written_for="L", topics=topics)
        return pieces([first], MUST) + pieces([_topic_ack(scene, material, step, first)], NICE)
    own = stepped(material.variant("acknowledge"), step, "ack")
    return pieces([own or choose(scene, "ack", step=step, written_for="L")], MUST)


def _topic_ack(
    scene: Scene, material: Material, step: str, first: Sentence | None
) -> Sentence | None:
    """Add what the matter is to what its history is, without naming a fact twice."""
    named = facts_in(scene, pieces([first]))
    topics = [t for t in scene.topics if t not in (*_HISTORY, *_PERSON)]
    own = stepped(material.variant("acknowledge"), step, "ack")
    if own is not None and not any(scene.known[name] in own.text for name in named):
        return own
    if not topics:
        return None
    found = choose(scene, "ack", step=step, written_for="L", topics=topics, without=named)
    generic = choose(scene, "ack", step=step, written_for="L", topics=(), without=named)
    return None if found == generic else found


def facts_in(scene: Scene, reply: Iterable[Piece]) -> tuple[str, ...]:
    """Return the facts that a reply already names, so that it does not name them twice."""
    text = " ".join(piece.sentence.text for piece in reply)
    return tuple(name for name, value in scene.known.items() if value in text)


def _rising(scene: Scene) -> bool:
    course = scene.brief.perception.course
    return len(course) > 1 and course[-1] > course[-2]


def felt(scene: Scene, material: Material) -> list[Piece]:
    """Name what this costs the person; nothing when it was named before or nothing is known."""
    if not _feeling_fits(scene):
        return []
    if (life := themed(scene, "empathy", "E")) is not None:
        return pieces([life], NICE)
    loud = scene.brief.perception.hostility or scene.brief.perception.distress
    if not loud or scene.business:
        return []
    own = stepped(material.variant("empathise"), "E", "empathy")
    return pieces([own or choose(scene, "empathy", step="E", written_for="E")], NICE)


def _feeling_fits(scene: Scene) -> bool:
    """Say whether a word about the cost has a place: once, not in public, not in mid-solution."""
    frame = scene.brief.frame
    if "E" in frame.done or frame.protocol in ("bereavement", "incident") or scene.public:
        return False
    return not (frame.done and frame.row != 8) or _rising(scene)


def sorry(scene: Scene, material: Material) -> list[Piece]:
    """Apologise once, for what we did, when the frame allows it."""
    if not scene.brief.frame.apologise:
        return []
    own = stepped(material.variant("apologise"), "A", "apologise")
    return pieces([own or choose(scene, "apologise", step="A", written_for="A")], MUST)


def solved(scene: Scene, material: Material, step: str, *, choice: bool) -> list[Piece]:
    """Say what is done: from notes, else from the script, else from articles; cite each.

    `choice` asks whether it suits where the source itself leaves nothing to choose.
    """
    if material.notes:
        found = pieces([stepped(s, step) for s in material.notes], MUST)
    elif material.script is not None:
        return scripted(material, step)
    else:
        room = scene.brief.frame.max_chars - 180
        found = pieces([stepped(s, step) for s in material.passages(room)], MUST)
    asked = any("?" in piece.sentence.text for piece in found)
    if choice and found and not asked:
        found += pieces(
            [choose(scene, "options", step=step, written_for="D", place="offered")], NICE
        )
    return found


def scripted(material: Material, step: str) -> list[Piece]:
    """Return the solving parts of the script; what is left to answer stands last."""
    options = material.lines("options")
    picked = _picked(material.scene, options)
    body = material.lines("solve") or material.lines("answer")
    told = (picked,) if picked else (*body, *options)
    found = pieces([stepped(s, step, "next_step") for s in told], MUST)
    found += pieces([stepped(s, step, "explain_reason") for s in material.lines("next")], SPARE)
    found += pieces([stepped(s, step, "follow_up") for s in material.lines("follow_up")], NICE)
    question = () if picked else material.lines("question")
    return found + pieces([stepped(s, step, "options") for s in question], MUST)


def chosen_option(material: Material) -> Sentence | None:
    """Return the script's option that the customer has taken, or None."""
    return _picked(material.scene, material.lines("options"))


def _picked(scene: Scene, options: Sequence[Sentence]) -> Sentence | None:
    """Return the option that the customer has already chosen after we offered a choice."""
    if "options" not in scene.our_acts or len(options) < 2:
        return None
    said = roots(scene.brief.conversation.last_customer_text)
    shared = [len(said & roots(option.text)) for option in options]
    best = max(shared)
    return options[shared.index(best)] if best and shared.count(best) == 1 else None


def tried(scene: Scene, step: str) -> list[Piece]:
    """Say that the steps already taken need no repeating, where steps are what it is about."""
    about = any(t in _REPAIRS for t in scene.topics)
    return pieces([choose(scene, "use_facts", step=step, place="tried")], NICE) if about else []


def searching(scene: Scene, step: str, *, named: Sequence[str] = ()) -> list[Piece]:
    """Without a source: say what is done now and when an answer comes; promise nothing else.

    `named` are facts that the reply has already named.
    """
    again = [t for t in scene.topics if t in _PURSUED]
    mine = again and scene.brief.frame.protocol != "human"
    own = choose(scene, "own", step=step, written_for="D", topics=again) if mine else None
    act = choose(scene, "next_step", step=step, written_for="D", without=named)
    when = choose(scene, "deadline", step=step, written_for="D")
    found = tried(scene, step) + pieces([own], NICE) + pieces([act], WANTED)
    if scene.business:
        found += pieces([choose(scene, "own", place="b2b", step=step, written_for="D")], NICE)
    return found + pieces([when], MUST)


def wished(scene: Scene, step: str, *, choice: bool) -> list[Piece]:
    """Ask for the one missing fact, else, with `choice`, what would put this right."""
    missing = missing_fact(scene)
    if missing:
        return pieces([choose(scene, "ask", step=step, place=missing)], MUST)
    return pieces([choose(scene, "options", step=step, written_for="D")], WANTED) if choice else []


def missing_fact(scene: Scene) -> str:
    """Return the place in the bank of the question for the one fact we need, or nothing."""
    return next((place for place, lacks in _QUESTIONS if lacks(scene)), "")


def _says(scene: Scene, cue: str) -> bool:
    return hears(scene.customer_text, cue, scene.language, group="composing")


def _about(scene: Scene, *names: str) -> bool:
    return any(name in scene.topics for name in names)


def _lacks_order(scene: Scene) -> bool:
    return "order" not in scene.spoken and _about(scene, *_DELIVERY) and _says(scene, "orderish")


def _lacks_sum(scene: Scene) -> bool:
    return "sum" not in scene.spoken and _about(scene, *_MONEY) and not _says(scene, "digits")


def _lacks_promo(scene: Scene) -> bool:
    return "promo" not in scene.spoken and _says(scene, "promo") and not _says(scene, "digits")


def _lacks_address(scene: Scene) -> bool:
    local = any(theme in scene.themes for theme in ("comfort", "offline"))
    return _about(scene, "outage") and local and "address" not in scene.spoken


def _lacks_start(scene: Scene) -> bool:
    return _about(scene, "outage") and not _says(scene, "dated") and "date" not in scene.spoken


def _lacks_day(scene: Scene) -> bool:
    return _about(scene, "rude_staff") and not _says(scene, "dated") and "date" not in scene.spoken


def _lacks_screen(scene: Scene) -> bool:
    return _about(scene, "helpless", "accessibility") and _says(scene, "screen")


def _lacks_thing(scene: Scene) -> bool:
    short = len(scene.customer_text) <= _SHORT_TURN
    return short and _about(scene, *_THINGS) and not scene.spoken & {"item", "product", "order"}


_QUESTIONS: tuple[tuple[str, Callable[[Scene], bool]], ...] = (
    ("fact_order", _lacks_order),
    ("fact_promo", _lacks_promo),
    ("fact_sum", _lacks_sum),
    ("fact_address", _lacks_address),
    ("fact_since", _lacks_start),
    ("fact_date", _lacks_day),
    ("fact_screen", _lacks_screen),
    ("fact_item", _lacks_thing),
)


def script_question(material: Material, step: str) -> Sentence | None:
    """Return the script's own question for a fact that nobody has given and that we would notice."""
    scene = material.scene
    if material.script is None or material.hit is None or scene.public:
        return None
    for fact in material.script.facts_needed:
        if fact.name not in scene.spoken and fact.name in _SPOKEN_KINDS and scene.fresh(fact.ask):
            return Sentence(step=step, text=fact.ask, sources=(material.hit.id,), act="ask")
    return None


def extras(scene: Scene, acts: Sequence[str], step: str, place: str) -> list[Piece]:
    """Return pieces of the bank that belong to one protocol."""
    return pieces(choose(scene, act, step=step, written_for=step, place=place) for act in acts)


def has_bracket(piece: Piece) -> bool:
    """Say whether a piece still waits for a value."""
    return SLOT.search(piece.sentence.text) is not None


def apologises(text: str, scene: Scene) -> bool:
    """Say whether a line holds an apology."""
    return "apology" in acts_of(text, scene.language)
