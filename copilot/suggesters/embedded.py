"""The embedded composer: replies from the phrase bank and the company's own words, no model."""

from copilot.brief import Brief
from copilot.suggesters.endings import finished, fitted, laid_out, unique
from copilot.suggesters.frameworks import composed
from copilot.suggesters.material import Material, gather
from copilot.suggesters.options import asking, briefest
from copilot.suggesters.parts import Piece
from copilot.suggesters.protocols import plan_for, planned
from copilot.suggesters.public import public_reply
from copilot.suggesters.scene import Scene
from copilot.suggestion import Draft

MAX_DRAFTS = 3


class EmbeddedComposer:
    """Drafts up to three replies that differ: the full one, the shortest, a question or a hand-over."""

    name = "embedded"

    def draft(self, brief: Brief) -> list[Draft]:
        """Return the drafts, best first; the same brief gives the same bytes."""
        scene = Scene(brief)
        material = gather(scene)
        full = _full(scene, material)
        made: dict[str, Draft] = {}
        for draft in (full, briefest(scene, material, full), asking(scene, material)):
            if draft is not None and draft.sentences:
                ready = finished(scene, draft)
                made.setdefault(ready.text, ready)
        return list(made.values())[:MAX_DRAFTS]

    def notices(self) -> tuple[str, ...]:
        """Return nothing: this composer never falls back on another."""
        return ()


def _full(scene: Scene, material: Material) -> Draft:
    reply = fitted(unique(_reply(scene, material)), scene.brief.frame.max_chars)
    sentences = laid_out(reply)
    only_asks = len(sentences) == 1 and sentences[0].act == "ask" and not plan_for(scene)
    return Draft(sentences=sentences, label="ask" if only_asks else "full")


def _reply(scene: Scene, material: Material) -> list[Piece]:
    if plan := plan_for(scene):
        return planned(scene, material, plan)
    if scene.public:
        return public_reply(scene, material)
    return composed(scene, material)
