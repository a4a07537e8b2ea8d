"""The other options beside the full reply: the shortest honest one, and a question or a hand-over."""

from itertools import pairwise

from copilot.cues import hears
from copilot.suggesters.candidates import asked_first, nearest
from copilot.suggesters.endings import fitted, laid_out, unique
from copilot.suggesters.material import Material
from copilot.suggesters.parts import (
    MUST,
    NICE,
    Piece,
    apologises,
    chosen_option,
    heard,
    missing_fact,
    pieces,
    script_question,
    sorry,
    stepped,
)
from copilot.suggesters.phrases import choose
from copilot.suggesters.protocols import every, plan_for
from copilot.suggesters.scene import Scene
from copilot.suggestion import Draft, Sentence
from knowledge import Hit

_SHORT_CHARS = 180
_WEAK_CHARS = 350
_SEVERAL, _MOST_TITLES = 2, 3
_HEATED = 3  # from this hostility on a senior is offered even beside an answer
_ALONE = ("self_harm", "health", "safety", "fraud", "violence", "abuse_again")
_OTHERS = {
    "praise": "thanks",
    "unclear": "ask",
    "closing": "thanks",
    "bot": "answer",
    "off_topic": "answer",
}


def briefest(scene: Scene, material: Material, full: Draft) -> Draft | None:
    """Return the shortest honest reply, or None where a protocol leaves nothing to shorten."""
    plan = plan_for(scene)
    if plan in _ALONE:
        return None
    if plan or scene.public:
        return _reworded(scene, plan, full)
    return _neighbour(scene, material, 0) or _shortened(scene, material, full)


def _shortened(scene: Scene, material: Material, full: Draft) -> Draft | None:
    if material.asked:
        return None
    short = _script_short(scene, material) or _cut(scene, material)
    reply = fitted(unique(short), scene.brief.frame.max_chars)
    chosen = laid_out(reply)
    if not chosen or len(Draft(sentences=chosen).text) >= len(full.text):
        return None
    return Draft(sentences=chosen, label="short")


def asking(scene: Scene, material: Material) -> Draft | None:
    """Return a reply that asks for what is missing, else one that hands the matter over.

    Beside an answer that is sure enough it is one more article that comes close.
    """
    if plan_for(scene) or scene.public or scene.brief.frame.protocol == "bereavement":
        return None
    step = _solving_step(scene)
    own = pieces([script_question(material, step)], MUST)
    if question := own or _bank_question(scene, material, step):
        return _draft(_acknowledged(scene, material) + question, scene, label="ask")
    if not material.bare and not scene.brief.perception.needs_escalation and not _heated(scene):
        return _beside(scene, material)
    hand = choose(scene, "offer_human", step=step, place="handover")
    when = choose(scene, "deadline", step=step, written_for="D")
    handed = _acknowledged(scene, material) + pieces([hand, when], MUST)
    return _draft(handed, scene, label="handover")


def _beside(scene: Scene, material: Material) -> Draft | None:
    """Return what may stand third beside an answer of a calm conversation."""
    if material.notes or not material.articles:
        return None
    if material.tentative:
        return _which(scene, material) or _handed_over(scene, material)
    if third := _neighbour(scene, material, 1):
        return third
    full = Draft(sentences=material.passages(0))
    return _shortened(scene, material, full) if material.others else None


def _neighbour(scene: Scene, material: Material, n: int) -> Draft | None:
    """Return the reply from the n-th of the articles that come close behind those stated."""
    if not material.articles or material.notes or len(material.others) <= n or _heated(scene):
        return None
    hit = material.others[n]
    other = Material(scene, articles=(hit,), asked=hit.strength != "strong")
    body = pieces([stepped(s, _solving_step(scene)) for s in other.passages(0)], MUST)
    return _draft(_acknowledged(scene, material) + body, scene, label="full") if body else None


def _which(scene: Scene, material: Material) -> Draft | None:
    """Ask which of the articles that come close is meant."""
    near = (*material.articles, *material.others)
    if len(near) < _SEVERAL:
        return None
    step = _solving_step(scene)
    asked = pieces([stepped(s, step) for s in asked_first(scene, near[:_MOST_TITLES])], MUST)
    return _draft(_acknowledged(scene, material) + asked, scene, label="ask") if asked else None


def _handed_over(scene: Scene, material: Material) -> Draft:
    """Say honestly that the answer is to be found out, or who takes the matter over."""
    step = _solving_step(scene)
    if scene.brief.frame.framework == "NONE":
        honest = choose(scene, "explain_reason", place="no_source")
        when = choose(scene, "deadline", place="no_source")
        return _draft(pieces([honest, when], MUST), scene, label="handover")
    hand = choose(scene, "offer_human", step=step, place="handover")
    when = choose(scene, "deadline", step=step, written_for="D")
    handed = _acknowledged(scene, material) + pieces([hand, when], MUST)
    return _draft(handed, scene, label="handover")


def _heated(scene: Scene) -> bool:
    return scene.brief.perception.hostility >= _HEATED


def _draft(reply: list[Piece], scene: Scene, *, label: str) -> Draft:
    kept = fitted(unique(reply), scene.brief.frame.max_chars)
    sentences = laid_out(kept)
    return Draft.model_validate({"sentences": sentences, "label": label})


def _acknowledged(scene: Scene, material: Material) -> list[Piece]:
    frame = scene.brief.frame
    if frame.framework == "NONE":
        return []
    if frame.framework == "CARE":
        own = stepped(material.variant("acknowledge"), "A", "ack")
        return pieces([own or choose(scene, "ack", step="A", written_for="A")], NICE)
    return heard(scene, material, frame.steps[0])[:1] + sorry(scene, material)


def _bank_question(scene: Scene, material: Material, step: str) -> list[Piece]:
    """Return a question only where nothing could be stated."""
    if not material.bare:
        return []
    if material.weak is not None:
        return _meant(scene, material.weak, step)
    place = missing_fact(scene)
    if not place and scene.brief.frame.framework == "NONE":
        if asked := asked_first(scene, nearest(scene)):
            return pieces([stepped(s, step) for s in asked], MUST)
        place = "clarify"
    return pieces([choose(scene, "ask", step=step, place=place)], MUST) if place else []


def _meant(scene: Scene, hit: Hit, step: str) -> list[Piece]:
    """Ask whether a weak hit is what was meant, and answer it on that condition only."""
    if scene.script(hit) is not None:
        title = (hit.question or hit.title).strip().rstrip("?.! ")
        asked = every(scene, "ask", "", "weak", extra={"title": title})[:1]
        return pieces([stepped(s, step) for s in asked], MUST)
    body = Material(scene, articles=(hit,), asked=True).passages(_WEAK_CHARS, exact=True)
    return pieces([stepped(s, step) for s in body], MUST)


def _script_short(scene: Scene, material: Material) -> list[Piece]:
    """Return the script's own short form, unless notes overrule it or it apologises out of place."""
    if material.notes:
        return []
    if taken := chosen_option(material):
        return pieces([stepped(taken, _solving_step(scene), "answer")], MUST)
    short = material.variant("short") or next(iter(material.lines("short")), None)
    if short is None or (apologises(short.text, scene) and not scene.brief.frame.apologise):
        return []
    return pieces([stepped(short, _solving_step(scene), "answer")], MUST)


def _cut(scene: Scene, material: Material) -> list[Piece]:
    """Cut to one acknowledgement and the core of the solution, or the core alone."""
    frame = scene.brief.frame
    last = _solving_step(scene)
    core = list(material.notes[:2]) or list(_core(material))
    if not core and material.script is not None:
        core = list((material.lines("solve") or material.lines("answer"))[:1])
    if not core:
        core = [s for s in (_promise(scene, last),) if s is not None]
    body = pieces([stepped(s, last) for s in core], MUST)
    if frame.framework == "NONE":
        return body
    regret = sorry(scene, material)
    return (regret or _acknowledged(scene, material)) + body


def _core(material: Material) -> tuple[Sentence, ...]:
    """Return the answer alone, unless that would leave a condition of it out."""
    whole = material.passages(0)
    core = material.passages(_SHORT_CHARS, exact=True)
    kept = {s.text for s in core}
    language = material.scene.language
    lost = any(
        before.text in kept
        and after.text not in kept
        and hears(after.text, "limits", language, group="composing")
        for before, after in pairwise(whole)
    )
    return whole if lost else core


def _solving_step(scene: Scene) -> str:
    """Return the step in which the framework solves."""
    return {"LEAD": "D", "HEAR": "R", "CARE": "R"}.get(scene.brief.frame.framework, "")


def _promise(scene: Scene, step: str) -> Sentence | None:
    """Promise an answer: to a question with what is being done, else only by when."""
    if scene.brief.frame.framework == "NONE":
        return choose(scene, "deadline", step=step, place="no_source")
    return choose(scene, "deadline", step=step, written_for="D")


def _reworded(scene: Scene, plan: str, full: Draft) -> Draft | None:
    """Offer another wording where the reply is one line anyway."""
    act = _OTHERS.get(plan)
    if act is None:
        return None
    said = {sentence.text for sentence in full.sentences}
    others = [s for s in every(scene, act, "", plan) if s.text not in said]
    return Draft(sentences=tuple(others[:1]), label="short") if others else None
