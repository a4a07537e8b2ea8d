"""Solving: what is done, from notes, scripts or articles; and honest words where nothing is known."""

from collections.abc import Sequence

from copilot.cues import shows
from copilot.suggesters.lacking import missing_fact
from copilot.suggesters.material import Material
from copilot.suggesters.passages import overlap
from copilot.suggesters.phrases import choose
from copilot.suggesters.pieces import MUST, NICE, SPARE, WANTED, Piece, pieces, stepped
from copilot.suggesters.scene import Scene, roots
from copilot.suggestion import Sentence

_REPAIRS = ("defect", "outage", "how_to", "quality", "want_human", "bot_loop")
_PURSUED = ("broken_promise", "repeat_contact", "waiting_unanswered")
_FEW = 3  # notes that are all told in answer to a question
_SPARED = ("compensate_within_limit", "escalate")
_QUESTION_ROW = 21
_AFTER_ROWS = (7, 8, 10, 17)  # where it is worth saying what if it goes wrong again
_NO_CLOSING = ("bereavement", "incident", "abuse", "helpless")


def solved(scene: Scene, material: Material, step: str, *, choice: bool) -> list[Piece]:
    """Say what is done: from notes, else from the script, else from articles; cite each.

    `choice` asks whether it suits where the source itself leaves nothing to choose.
    """
    if material.notes:
        return noted(scene, material, step) + closing(scene, material, step)
    if material.script is not None:
        return scripted(material, step)
    room = scene.brief.frame.max_chars - 180
    found = pieces([stepped(s, step) for s in material.passages(room)], MUST)
    return found + (accepted(scene, found, step) if choice else [])


def accepted(scene: Scene, found: list[Piece], step: str) -> list[Piece]:
    """Ask whether it suits, where what a source says is an offer of ours and nothing asks."""
    offered = any(
        shows(piece.sentence.text, "offered", scene.language)
        for piece in found
        if piece.sentence.sources
    )
    if not offered or any("?" in piece.sentence.text for piece in found):
        return []
    return pieces([choose(scene, "options", step=step, written_for="D", place="offered")], NICE)


def noted(scene: Scene, material: Material, step: str) -> list[Piece]:
    """Say what the notes tell; gestures and names go first where room is short."""
    told = [stepped(note, step) for note in material.notes]
    found = [
        Piece(sentence, WANTED if sentence.act in _SPARED else MUST)
        for sentence in told
        if sentence is not None
    ]
    if scene.brief.frame.row == 17:
        record = choose(scene, "next_step", step=step, written_for="D")
        return pieces([record], NICE) + found
    return found


def asked_for(scene: Scene, material: Material) -> list[Piece]:
    """Answer a question from notes: what was asked first, the rest as far as room allows."""
    request = scene.brief.perception.request or scene.brief.conversation.last_customer_text
    near = [overlap(note.text, request, scene.language) for note in material.notes]
    best = max(range(len(near)), key=lambda n: (near[n], -n))
    first = best if near[best] > near[0] + 1 else 0
    order = [first, *(n for n in range(len(near)) if n != first)]
    said = [
        Piece(material.notes[n], MUST if n == first or near[n] or len(near) <= _FEW else SPARE)
        for n in order
    ]
    lead = yes(scene, material.notes[first].text) if near[first] else None
    slots = any(shows(note.text, "times", scene.language) for note in material.notes)
    last = _asked(scene, "", "times") if slots and scene.brief.frame.row == _QUESTION_ROW else []
    return pieces([lead], NICE) + said + last


def yes(scene: Scene, answer: str) -> Sentence | None:
    """Say yes to a question whether something may be done, when the note plainly allows it."""
    language = scene.language
    request = scene.brief.perception.request
    allowed = shows(answer, "may", language) or shows(answer, "allows", language)
    if not shows(request, "whether", language) or shows(answer, "denies", language) or not allowed:
        return None
    return choose(scene, "answer", place="yes")


def closing(scene: Scene, material: Material, step: str) -> list[Piece]:
    """End on what is open: a choice to make, an offer to accept, else what if it goes wrong."""
    frame, language = scene.brief.frame, scene.language
    if frame.protocol in _NO_CLOSING or any("?" in note.text for note in material.notes):
        return []
    open_ = [note for note in material.notes if note.act in ("options", "workaround")]
    offers = [note for note in material.notes if shows(note.text, "offered", language)]
    either = [note for note in open_ if shows(note.text, "choice", language)]
    timed = [note for note in open_ if shows(note.text, "times", language)]
    refunds = [note for note in material.notes if shows(note.text, "refunds", language)]
    if timed and not (refunds and offers):
        return _asked(scene, step, "times")
    if either or (offers and refunds):
        return _asked(scene, step, "either")
    if offers:
        return _asked(scene, step, "offered")
    return _after(scene, material, step)


def _asked(scene: Scene, step: str, place: str) -> list[Piece]:
    return pieces([choose(scene, "options", step=step, written_for="D", place=place)], NICE)


def _after(scene: Scene, material: Material, step: str) -> list[Piece]:
    """Say what if it goes wrong again, where it has gone wrong before and no note says it."""
    worn = scene.brief.frame.row in _AFTER_ROWS or scene.brief.perception.distress >= 2
    foreseen = any(shows(note.text, "foresees", scene.language) for note in material.notes)
    if not worn or foreseen or scene.business:
        return []
    again = [topic for topic in scene.topics if topic in ("repeat_contact", "waiting_unanswered")]
    if again:
        own = choose(scene, "own", step=step, written_for="D", topics=again)
        return pieces([own], SPARE)
    if not any(note.act == "deadline" for note in material.notes):
        return []
    return pieces([choose(scene, "follow_up", step=step, written_for="D", place="after")], SPARE)


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


def extras(scene: Scene, acts: Sequence[str], step: str, place: str) -> list[Piece]:
    """Return pieces of the bank that belong to one protocol."""
    return pieces(choose(scene, act, step=step, written_for=step, place=place) for act in acts)
