"""Replies that strangers read: nothing personal, one way to talk in private."""

from copilot.suggesters.material import Material
from copilot.suggesters.parts import MUST, Piece, heard, pieces, sorry
from copilot.suggesters.phrases import choose
from copilot.suggesters.scene import Scene


def public_reply(scene: Scene, material: Material) -> list[Piece]:
    """Answer a plain question in the open; take anything else into private messages."""
    frame = scene.brief.frame
    if frame.framework == "NONE" and material.articles:
        return pieces(material.passages(frame.max_chars), MUST)
    step = frame.steps[0] if frame.steps else ""
    reply: list[Piece] = []
    if frame.framework == "CARE":
        reply += pieces([choose(scene, "ack", step="A", written_for="A")], MUST)
    elif frame.framework != "NONE":
        reply += heard(scene, material, step) + sorry(scene, material)
    last = frame.steps[-1] if frame.steps else ""
    return reply + pieces([choose(scene, "private_channel", step=last, place="review")], MUST)
