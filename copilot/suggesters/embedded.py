"""The embedded composer: replies from the phrase bank and the company's own words, no model."""

from dataclasses import dataclass, fields

from copilot.brief import Brief
from copilot.conversation import Conversation
from copilot.suggesters.cards import told
from copilot.suggesters.endings import finished, fitted, laid_out, unique
from copilot.suggesters.frameworks import composed
from copilot.suggesters.material import Material, gather
from copilot.suggesters.options import asking, briefest
from copilot.suggesters.parts import Piece, mirror
from copilot.suggesters.phrases import choose
from copilot.suggesters.protocols import SAFETY, plan_for, planned
from copilot.suggesters.public import public_reply
from copilot.suggesters.scene import Scene
from copilot.suggestion import Draft, Sentence

MAX_DRAFTS = 3


class EmbeddedComposer:
    """Drafts up to three replies that differ: the full one, the shortest, a question or a hand-over."""

    name = "embedded"

    def draft(self, brief: Brief) -> list[Draft]:
        """Return the drafts, best first; the same brief gives the same bytes."""
        scene = Scene(brief)
        material = _with_notes(scene, gather(scene))
        full = _full(scene, material)
        made: dict[str, Draft] = {}
        for draft in (full, briefest(scene, material, full), asking(scene, material)):
            if draft is not None and draft.sentences:
                ready = finished(scene, draft)
                made.setdefault(ready.text, ready)
        return list(made.values())[:MAX_DRAFTS] or [_last_resort(scene)]

    def notices(self) -> tuple[str, ...]:
        """Return nothing: this composer never falls back on another."""
        return ()


@dataclass(frozen=True)
class InTheirWords(Material):
    """Material that, where no script acknowledges, does so in the customer's own words."""

    def variant(self, part: str) -> Sentence | None:
        """Return the script's variant of a part, else for `acknowledge` what happened, said back."""
        own = super().variant(part)
        return own or (mirror(self.scene, "") if part == "acknowledge" else None)


def _with_notes(scene: Scene, material: Material) -> Material:
    """Let what is noted on this very case go before what is written for all; a danger needs both."""
    notes = () if scene.public else told(scene)
    known = {field.name: getattr(material, field.name) for field in fields(material)}
    if notes and scene.brief.frame.protocol not in SAFETY:
        known |= {"script": None, "hit": None, "articles": ()}
    return InTheirWords(**{**known, "notes": notes})


def _full(scene: Scene, material: Material) -> Draft:
    reply = fitted(unique(_reply(scene, material)), scene.brief.frame.max_chars)
    sentences = laid_out(reply)
    only_asks = len(sentences) == 1 and sentences[0].act == "ask" and not plan_for(scene)
    return Draft(sentences=sentences, label="ask" if only_asks else "full")


def _last_resort(scene: Scene) -> Draft:
    """Say when an answer comes where the words for this kind of reply are used up."""
    spent = Scene(scene.brief.model_copy(update={"conversation": _unspoken(scene)}))
    step = scene.brief.frame.steps[-1] if scene.brief.frame.steps else ""
    honest = (
        choose(scene, "deadline", place="no_source")
        or choose(scene, "deadline", written_for="D")
        or choose(spent, "deadline", place="no_source")
    )
    told = () if honest is None else (honest.model_copy(update={"step": step}),)
    return Draft(sentences=told, label="handover")


def _unspoken(scene: Scene) -> Conversation:
    conversation = scene.brief.conversation
    theirs = tuple(m for m in conversation.messages if m.role == "customer")
    return conversation.model_copy(update={"messages": theirs})


def _reply(scene: Scene, material: Material) -> list[Piece]:
    if plan := plan_for(scene):
        return planned(scene, material, plan)
    if scene.public:
        return public_reply(scene, material)
    return composed(scene, material)
