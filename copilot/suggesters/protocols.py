"""Replies that follow their own order: safety protocols, praise, closing, the unclear and the odd."""

from collections.abc import Mapping

from copilot.cues import acts_of, hears, shows
from copilot.suggesters.material import Material, calls_for
from copilot.suggesters.parts import (
    MUST,
    NICE,
    Piece,
    asked_for,
    has_bracket,
    noted,
    pieces,
    stepped,
)
from copilot.suggesters.phrases import choose
from copilot.suggesters.scene import Scene
from copilot.suggesters.slots import fill
from copilot.suggestion import Sentence
from prompts import load_bank

SAFETY = ("health", "safety", "fraud", "self_harm")
# Act, the step it takes (and is written for), and the place in the bank.
_PLANS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "self_harm": (
        ("safety_first", "", "self_harm"),
        ("ask", "", "self_harm"),
        ("crisis_line", "", "self_harm"),
        ("escalate", "", "self_harm"),
        ("follow_up", "", "self_harm"),
    ),
    "health": (
        ("safety_first", "", "health"),
        ("next_step", "", "health"),
        ("explain_reason", "", "health"),
        ("escalate", "", "health"),
        ("ask", "", "health"),
    ),
    "safety": (
        ("safety_first", "", "safety"),
        ("next_step", "", "safety"),
        ("escalate", "", "safety"),
        ("ask", "", "safety"),
    ),
    "fraud": (
        ("next_step", "C", "fraud"),
        ("ack", "A", "fraud"),
        ("next_step", "R", "fraud"),
        ("escalate", "E", "fraud"),
        ("ask", "E", "fraud"),
    ),
    "violence": (
        ("boundary", "C", "violence"),
        ("escalate", "R", "violence"),
        ("follow_up", "E", "violence"),
    ),
    "abuse_again": (("escalate", "R", "abuse_again"), ("follow_up", "E", "abuse_again")),
    "praise": (("thanks", "", "praise"),),
    "suggestion": (("thanks", "", "suggestion"),),
    "unclear": (("ask", "", "unclear"),),
    "off_topic": (("answer", "", "off_topic"), ("invite_back", "", "off_topic")),
    "closing": (("thanks", "", "closing"), ("invite_back", "", "closing")),
    "closing_solved": (("thanks", "", "closing_solved"), ("invite_back", "", "closing")),
    "closing_open": (("thanks", "", "closing"), ("follow_up", "", "closing_open")),
    "bot": (("answer", "", "bot"),),
}
# In a danger every piece of the bank is said, not one of them.
_ALL = (
    ("crisis_line", "", "self_harm"),
    ("next_step", "", "safety"),
    ("next_step", "R", "fraud"),
)
_WITH_NOTES = ("health", "safety", "fraud")
_SCRIPT_ORDER = (
    "control", "acknowledge", "solve", "answer", "options", "question", "follow_up",
)  # fmt: skip
_SCRIPT_STEPS = {"control": "C", "acknowledge": "A", "follow_up": "E", "question": "E"}


def plan_for(scene: Scene) -> str:
    """Return the name of the plan that this conversation follows, or an empty string."""
    frame = scene.brief.frame
    if frame.protocol == "abuse" and "boundary" in scene.our_acts:
        return "abuse_again"
    if frame.protocol in _PLANS:
        return frame.protocol
    perception = scene.brief.perception
    asks = (
        perception.has("simple_question", "how_to", "status_request") or "?" in perception.request
    )
    return "suggestion" if perception.has("suggestion") and frame.row == 21 and not asks else ""


def _closing(scene: Scene) -> str:
    """Tell a matter that is solved from one that we still owe an answer on."""
    if hears(scene.brief.conversation.last_customer_text, "solved", scene.language):
        return "closing_solved"
    ours = scene.brief.conversation.operator_texts
    owed = bool(ours) and "follow_up" in acts_of(ours[-1], scene.language)
    return "closing_open" if owed else "closing"


def planned(scene: Scene, material: Material, plan: str) -> list[Piece]:
    """Return the reply of a plan; a script written for it is said word for word instead."""
    if calls_for(material, plan):
        said = word_for_word(scene, material)
        if plan in SAFETY or not any(has_bracket(piece) for piece in said):
            return _with_notes(scene, material, plan, said)
    if material.notes and plan in _WITH_NOTES:
        return _in_danger(scene, material, plan)
    reply: list[Piece] = []
    for act, step, place in _PLANS[_closing(scene) if plan == "closing" else plan]:
        reply += _said(scene, act, step, place)
    if plan == "bot":
        reply += _after_bot(scene, material)
    return reply


def _in_danger(scene: Scene, material: Material, plan: str) -> list[Piece]:
    """Put what is noted on this case where a danger's own order has its place for action.

    Steps noted for the danger stand first and for the bank's own; other notes come after its first
    lines, since whatever else is open, the danger goes before.
    """
    care = scene.brief.frame.framework == "CARE"
    notes = noted(scene, material, "R" if care else "")
    urgent = [p for p in notes if shows(p.sentence.text, plan, scene.language, book="dangers")]
    rest = [piece for piece in notes if piece not in urgent]
    urgent.sort(key=lambda p: not shows(p.sentence.text, "asks", scene.language))
    reply: list[Piece] = []
    for act, step, place in _PLANS[plan]:
        said = _said(scene, act, step, place)
        if urgent and act in ("safety_first", "next_step") and (plan != "fraud" or step == "C"):
            said = urgent if act == _PLANS[plan][0][0] else []
        if act in ("ask", "escalate"):
            reply += rest
            rest = []
        reply += said
    asks = [p for p in reply if "?" in p.sentence.text]
    return [p for p in reply if p not in asks[:-1]]


def _with_notes(scene: Scene, material: Material, plan: str, said: list[Piece]) -> list[Piece]:
    """Put what is noted on this case before the question or the last line of a safety script."""
    if plan not in _WITH_NOTES or not material.notes:
        return said
    care = scene.brief.frame.framework == "CARE"
    notes = noted(scene, material, "R" if care else "")
    at = next((n for n, p in enumerate(said) if "?" in p.sentence.text), len(said) - 1)
    return [*said[:at], *notes, *said[at:]]


def word_for_word(scene: Scene, material: Material) -> list[Piece]:
    """Return every part of a safety script in order, each with the step it takes."""
    care = scene.brief.frame.framework == "CARE"
    reply: list[Piece] = []
    for part in _SCRIPT_ORDER:
        lines = material.lines(part)
        chosen = lines[:1] if part == "acknowledge" else lines
        step = _SCRIPT_STEPS.get(part, "R") if care else ""
        reply += pieces([stepped(line, step, _act(part)) for line in chosen], MUST)
    return reply


def _act(part: str) -> str:
    return {"acknowledge": "ack", "question": "ask", "follow_up": "follow_up"}.get(
        part, "safety_first"
    )


def _said(scene: Scene, act: str, step: str, place: str) -> list[Piece]:
    """Return one piece, or all that a danger calls for, in the order of the bank."""
    if (act, step, place) in _ALL:
        return pieces(every(scene, act, step, place), MUST)
    return pieces([choose(scene, act, step=step, written_for=step, place=place)], MUST)


def every(
    scene: Scene, act: str, step: str, place: str, *, extra: Mapping[str, str] | None = None
) -> list[Sentence]:
    """Return all pieces of one act and place that can be said now, in the order of the bank.

    `extra` are slots known beside those of the conversation.
    """
    known = {**scene.known, **(extra or {})}
    found: list[Sentence] = []
    for phrase in load_bank(scene.language):
        wording = phrase.said_to(scene.address)
        if (phrase.act, phrase.step, phrase.scene) != (act, step, place) or not wording:
            continue
        if phrase.signals and not scene.brief.perception.has(*phrase.signals):
            continue
        text = fill(wording, known, scene.labels)
        if all(name in known for name in phrase.needs) and scene.fresh(text):
            found.append(Sentence(step=step, text=text, act=act))
    return found


def _after_bot(scene: Scene, material: Material) -> list[Piece]:
    """Go on with the matter when there is one, else ask for it."""
    if material.notes:
        return asked_for(scene, material)
    if material.bare or len(scene.brief.conversation.messages) < 2:
        return pieces([choose(scene, "invite_back", place="bot")], NICE)
    return pieces(material.passages(200), NICE)
