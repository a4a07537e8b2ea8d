"""Lacking: the one fact that is still needed, and the question for it."""

from collections.abc import Callable

from copilot.cues import hears
from copilot.suggesters.material import Material
from copilot.suggesters.scene import Scene
from copilot.suggestion import Sentence

_DELIVERY = (
    "delay", "non_delivery", "wrong_item", "missing_item", "cancel_request", "refund_request",
)  # fmt: skip
_THINGS = ("defect", "quality", "wrong_item", "missing_item", "cancel_request", "refund_request")
_MONEY = ("double_charge", "money_loss", "money_dispute")
_SHORT_TURN = 30  # characters: "cancel it" does not say what
_SPOKEN_KINDS = ("order", "date", "sum", "track", "contact", "promo", "address")


def missing_fact(scene: Scene) -> str:
    """Return the place in the bank of the question for the one fact we need, or nothing."""
    return next((place for place, lacks in _QUESTIONS if lacks(scene)), "")


def script_question(material: Material, step: str) -> Sentence | None:
    """Return the script's own question for a fact that nobody has given and that we would notice."""
    scene = material.scene
    if material.script is None or material.hit is None or scene.public:
        return None
    for fact in material.script.facts_needed:
        if fact.name not in scene.spoken and fact.name in _SPOKEN_KINDS and scene.fresh(fact.ask):
            return Sentence(step=step, text=fact.ask, sources=(material.hit.id,), act="ask")
    return None


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
