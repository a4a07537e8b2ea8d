"""The whole reply by framework: which parts, in which order."""

from copilot.suggesters.material import Material, calls_for
from copilot.suggesters.parts import (
    MUST,
    NICE,
    SPARE,
    Piece,
    extras,
    facts_in,
    felt,
    heard,
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
# What protocols add: acts of the bank without a source, and beside one.
_BESIDE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "leak": (("own", "deadline", "ask"), ("own",)),
    "bereavement": (("own", "next_step", "follow_up"), ("own", "follow_up")),
    "incident": (("explain_reason", "deadline"), ()),
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
    reply = heard(scene, material, first) + felt(scene, material) + sorry(scene, material)
    choice = frame.framework == "LEAD" and frame.protocol not in ("bereavement", "incident")
    reply += _right_to_complain(scene, material, last)
    reply += solved(scene, material, last, choice=choice)
    reply += _protocol(scene, material, last)
    if material.bare and frame.protocol not in ("leak", "bereavement", "incident"):
        reply += searching(scene, last, named=facts_in(scene, reply))
        reply += wished(scene, last, choice=choice and frame.protocol != "human")
    return reply + _open_fact(material, last, reply)


def care(scene: Scene, material: Material) -> list[Piece]:
    """CARE: first action, how it looks without a verdict, the way on, when it is done."""
    bare, frame = material.bare, scene.brief.frame
    reply = _control(scene, material)
    named = facts_in(scene, reply)
    own = stepped(material.variant("acknowledge"), "A", "ack")
    if "A" not in frame.done:
        reply += pieces(
            [own or choose(scene, "ack", step="A", written_for="A", without=named)], MUST
        )
    reply += _right_to_complain(scene, material, "A")
    reply += _way_on(scene) if bare else solved(scene, material, "R", choice=False)
    reply += _protocol(scene, material, "E")
    if bare:
        when = choose(scene, "deadline", step="E", written_for="D")
        reply += pieces([when], MUST)
    elif frame.protocol != "helpless" and not any("?" in p.sentence.text for p in reply):
        fits = choose(scene, "options", step="E", written_for="D", place="offered")
        reply += pieces([fits], NICE)
    return reply


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
    if material.script is not None and not material.notes:
        question = script_question(material, "")
        if question is not None and material.hinges("answer"):
            return pieces([question], MUST)
        reply = pieces([stepped(s, "", "answer") for s in material.lines("answer")], MUST)
        reply += pieces([stepped(s, "", "explain_reason") for s in material.lines("next")], SPARE)
        if not material.lines("answer"):
            reply = scripted(material, "")
        return reply or _unknown(scene)
    notes = pieces(material.notes, MUST)
    used = sum(len(piece.sentence.text) + 1 for piece in notes)
    articles = pieces(material.passages(scene.brief.frame.max_chars - used), MUST)
    return notes + articles or _unknown(scene)


def _unknown(scene: Scene) -> list[Piece]:
    """Say honestly that the answer is not known, who finds it out, and when."""
    honest = choose(scene, "explain_reason", place="no_source")
    when = choose(scene, "deadline", place="no_source")
    return pieces([honest, when], MUST)


def _control(scene: Scene, material: Material) -> list[Piece]:
    if "C" in scene.brief.frame.done and not material.bare:
        return []
    own = stepped(next(iter(material.lines("control")), None), "C", "own")
    if own is not None or material.script is not None:
        return pieces([own], MUST)
    if material.bare:
        act = choose(scene, "next_step", step="C", written_for="D")
        return pieces([act], MUST)
    topics = [t for t in scene.topics if t in _STILL_TRUE]
    place = "" if topics else "found"
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
