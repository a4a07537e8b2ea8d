"""The whole reply by framework: which parts, in which order."""

from copilot.cues import shows
from copilot.suggesters.material import Material, calls_for
from copilot.suggesters.parts import (
    MUST,
    NICE,
    SPARE,
    Piece,
    accepted,
    asked_for,
    back_again,
    closing,
    extras,
    facts_in,
    felt,
    heard,
    mirror,
    noted,
    pieces,
    script_question,
    scripted,
    searching,
    solved,
    sorry,
    stepped,
    tried,
    wished,
)
from copilot.suggesters.phrases import choose
from copilot.suggesters.scene import Scene

# With material at hand these first words of CARE still hold; others would say «I am looking».
_STILL_TRUE = ("third_party_fault", "impossible_request", "legal_threat", "regulator_threat")
_AT_A_LOSS = ("helpless", "vulnerable", "accessibility", "language_barrier")
_CONTROLLED = (11, 15)  # rows in which a word on how it goes on steadies the talk
_FEWEST_STEPS = 2
# What shows that something is being done: said first to someone who rages.
_ACTS_FIRST = ("deadline", "options", "workaround", "compensate_within_limit", "next_step")
# What protocols add: acts of the bank without a source, and beside one.
_BESIDE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "leak": (("own", "deadline", "ask"), ("own",)),
    "bereavement": (("own", "next_step", "follow_up"), ("own", "follow_up")),
    "incident": (("next_step", "explain_reason", "deadline"), ()),
    "helpless": ((), ("confirm_understanding",)),
    "abuse": (("boundary",), ("boundary",)),
}


def composed(scene: Scene, material: Material) -> list[Piece]:
    """Return the full reply in the framework of the frame."""
    framework = scene.brief.frame.framework
    if framework == "CARE":
        return care(scene, material)
    if framework == "NONE":
        return plain(scene, material)
    return lead(scene, material)


def lead(scene: Scene, material: Material) -> list[Piece]:
    """LEAD and HEAR: the fact, its cost, one apology, then the solution; LEAD adds a choice."""
    frame = scene.brief.frame
    first, last = ("H", "R") if frame.framework == "HEAR" else ("L", "D")
    reply = back_again(scene, material, first) if material.notes else []
    reply += heard(scene, material, first) + felt(scene, material) + sorry(scene, material)
    choice = frame.framework == "LEAD" and frame.protocol not in ("bereavement", "incident")
    told = solved(scene, material, last, choice=choice)
    reply += told[:-1] if told and "?" in told[-1].sentence.text else told
    reply += _right_to_complain(scene, material, last)
    reply += told[-1:] if told and "?" in told[-1].sentence.text else []
    reply += _protocol(scene, material, last)
    if material.bare and frame.protocol not in ("leak", "bereavement", "incident"):
        reply += searching(scene, last, named=facts_in(scene, reply))
        reply += wished(scene, last, choice=choice and frame.protocol != "human")
    return reply + _open_fact(material, last, reply)


def care(scene: Scene, material: Material) -> list[Piece]:
    """CARE: first action, how it looks without a verdict, the way on, when it is done."""
    bare, frame = material.bare, scene.brief.frame
    notes = noted(scene, material, "R")
    reply = _first_action(scene, material, notes)
    named = facts_in(scene, reply)
    if "A" not in frame.done:
        reply += _looks(scene, material, named) + felt(scene, material, "A")
    if notes:
        taken = {piece.sentence.text for piece in reply}
        reply += numbered(scene, [p for p in notes if p.sentence.text not in taken])
    else:
        reply += _way_on(scene) if bare else solved(scene, material, "R", choice=False)
    reply += _right_to_complain(scene, material, "R")
    reply += _protocol(scene, material, "E")
    if any("?" in p.sentence.text for p in reply):
        return reply
    if notes:
        last = closing(scene, material, "E")
        return reply + last if last else _executed(reply)
    if bare:
        when = choose(scene, "deadline", step="E", written_for="D")
        reply += pieces([when], MUST)
    elif frame.protocol != "helpless":
        reply += accepted(scene, reply, "E")
    return reply


def _executed(reply: list[Piece]) -> list[Piece]:
    """Count the last of two notes or more as what closes the matter: what is done, and when."""
    steps = [piece.sentence.step for piece in reply]
    if "E" in steps or steps.count("R") < _FEWEST_STEPS or steps[-1] != "R":
        return reply
    last = reply[-1]
    return [*reply[:-1], Piece(last.sentence.model_copy(update={"step": "E"}), last.keep)]


def _looks(scene: Scene, material: Material, named: tuple[str, ...]) -> list[Piece]:
    """Say how it looks from the customer's side: their own words, how often, or the bank's."""
    own = stepped(material.variant("acknowledge"), "A", "ack") or mirror(scene, "A")
    if own is None and "nth" in scene.known:
        own = choose(scene, "ack", step="A", written_for="L", topics=("repeat_contact",))
    return pieces([own or choose(scene, "ack", step="A", written_for="A", without=named)], MUST)


def _first_action(scene: Scene, material: Material, notes: list[Piece]) -> list[Piece]:
    """To someone raging the first step of the fix itself; to others a word on how it goes on."""
    timed = [p for p in notes if shows(p.sentence.text, "when", scene.language)]
    acting = timed or [p for p in notes if p.sentence.act in _ACTS_FIRST]
    if scene.brief.frame.protocol == "abuse" and acting and "C" not in scene.brief.frame.done:
        first = stepped(acting[0].sentence, "C")
        return pieces([first], MUST)
    return _control(scene, material)


def numbered(scene: Scene, notes: list[Piece]) -> list[Piece]:
    """To someone at a loss, give two steps or more as a numbered list."""
    asks = [shows(piece.sentence.text, "asks", scene.language) for piece in notes]
    if scene.brief.frame.protocol != "helpless" or sum(asks) < _FEWEST_STEPS:
        return notes
    listed: list[Piece] = []
    number = 0
    for piece, step in zip(notes, asks, strict=True):
        number += step
        change = {"text": f"{number}. {piece.sentence.text}", "before": "\n"} if step else {}
        after_list = listed and listed[-1].sentence.before == "\n" and not step
        listed.append(
            Piece(
                piece.sentence.model_copy(
                    update=change or ({"before": "\n"} if after_list else {})
                ),
                piece.keep,
            )
        )
    return listed


def _way_on(scene: Scene) -> list[Piece]:
    """Without a source: what was tried is not asked again, one missing fact is, the rest is ours."""
    asked = wished(scene, "R", choice=False)
    if not asked and scene.brief.frame.protocol == "helpless":
        asked = extras(scene, ("next_step",), "R", "helpless")
    return tried(scene, "R") + (
        asked or pieces([choose(scene, "own", step="R", written_for="D")], MUST)
    )


def plain(scene: Scene, material: Material) -> list[Piece]:
    """No framework: the answer first, then the nearest useful thing; no sympathy, no apology.

    Where the answer hangs on a fact that only the customer has, that fact is asked instead.
    """
    if material.notes:
        return asked_for(scene, material)
    if material.script is not None:
        question = script_question(material, "")
        if question is not None and material.hinges("answer"):
            return pieces([question], MUST)
        reply = pieces([stepped(s, "", "answer") for s in material.lines("answer")], MUST)
        reply += pieces([stepped(s, "", "explain_reason") for s in material.lines("next")], SPARE)
        if not material.lines("answer"):
            reply = scripted(material, "")
        return reply or _unknown(scene)
    articles = pieces(material.passages(scene.brief.frame.max_chars), MUST)
    return articles or _unknown(scene)


def _unknown(scene: Scene) -> list[Piece]:
    """Say honestly that the answer is not known, who finds it out, and when."""
    honest = choose(scene, "explain_reason", place="no_source")
    when = choose(scene, "deadline", place="no_source")
    return pieces([honest, when], MUST)


def _control(scene: Scene, material: Material) -> list[Piece]:
    if "C" in scene.brief.frame.done and not material.bare:
        return []
    if material.notes and scene.brief.frame.row not in _CONTROLLED:
        return []
    own = stepped(next(iter(material.lines("control")), None), "C", "own")
    if own is not None or material.script is not None:
        return pieces([own], MUST)
    if material.bare:
        act = choose(scene, "next_step", step="C", written_for="D")
        return pieces([act], MUST)
    topics = [t for t in scene.topics if t in _STILL_TRUE]
    place = "" if topics else "found"
    if scene.brief.frame.protocol == "helpless" and not topics:
        topics = [*_AT_A_LOSS]
    return pieces(
        [choose(scene, "own", step="C", written_for="C", topics=topics, place=place)], NICE
    )


def _right_to_complain(scene: Scene, material: Material, step: str) -> list[Piece]:
    if scene.brief.frame.row != 7 or material.script is not None:
        return []
    return pieces([choose(scene, "explain_reason", step=step, place="threat")], NICE)


def _protocol(scene: Scene, material: Material, step: str) -> list[Piece]:
    """Add what a protocol says beside the framework's own parts; a script says it all itself."""
    protocol = scene.brief.frame.protocol
    bare, known = _BESIDE.get(protocol, ((), ()))
    if protocol == "helpless" and material.notes:
        return extras(scene, known, step, protocol)
    if protocol == "abuse":
        return [] if calls_for(material, protocol) else extras(scene, known, "E", protocol)
    if material.script is not None:
        return []
    return extras(scene, bare if material.bare else known, step, protocol)


def _open_fact(material: Material, step: str, reply: list[Piece]) -> list[Piece]:
    """Ask the script's own question when the reply leaves nothing else to answer."""
    if any("?" in piece.sentence.text for piece in reply) or material.notes:
        return []
    return pieces([script_question(material, step)], NICE)
