"""The decision table: which framework answers a conversation. Rows are tried top-down.

A row names when it holds, the framework, the key of its reason in `copilot/wording`, the protocol
whose texts it calls for, and the reply faults it forbids in particular.
"""

from collections.abc import Callable
from dataclasses import dataclass

from copilot.framing_look import OURS, Look
from knowledge import Framework

_IN_NEED = 2  # distress from which kind words about somebody are not why a person writes
_TROUBLE = (
    *OURS, "defect", "delay", "non_delivery", "quality", "outage", "money_loss", "complaint",
    "money_dispute", "data_leak", "repeat_contact",
)  # fmt: skip
_ASKS = ("simple_question", "how_to", "status_request")
# Rows below 11 that speak of something more particular than whose fault it is.
_PARTICULAR = (
    "customer_error", "third_party_fault", "impossible_request", "rude_staff",
    "discrimination_claim", "want_human", "bot_loop",
)  # fmt: skip
_FIXABLE = ("missing_item", "wrong_item", "double_charge", "quality")


@dataclass(frozen=True)
class Row:
    """One line of the table; `framework` and `reason` may depend on the look."""

    number: int
    when: Callable[[Look], bool]
    framework: Callable[[Look], Framework]
    reason: Callable[[Look], str]
    protocol: str = ""
    avoid: tuple[str, ...] = ()


def _always(framework: Framework) -> Callable[[Look], Framework]:
    return lambda _: framework


def _because(key: str) -> Callable[[Look], str]:
    return lambda _: key


def _by_failure(look: Look) -> Framework:
    return "LEAD" if look.failed else "CARE"


def _human(look: Look) -> Framework:
    return "CARE" if look.upset > 2 and not look.failed else "LEAD"


def _threat(look: Look) -> bool:
    threats = look.has(
        "legal_threat", "regulator_threat", "publicity_threat", "extortion", "ultimatum"
    )
    return threats or (look.has("churn_threat") and look.upset > 0)


def _matter(look: Look) -> bool:
    """Something went wrong, whoever did it, and no later row speaks of it in particular."""
    if (
        look.general
        or look.has("bereavement", *_PARTICULAR)
        or (look.has("sarcasm") and not look.failed)
    ):
        return False
    if look.noted == "ours" and not look.has("praise", "thanks", "unclear_message", "off_topic"):
        return True
    return look.upset > 0 or look.has(*_TROUBLE)


def _heavy(look: Look) -> bool:
    simple = look.upset <= 1 or (look.upset == 2 and look.has(*_FIXABLE))
    return not simple or look.perception.distress >= 2 or look.has("money_loss", "deadline")


def _contested(look: Look) -> bool:
    if look.has("argument"):
        return True
    complaint = look.has("complaint", "money_dispute", "compensation_request")
    plain_question = look.has(*_ASKS) and look.upset < 2
    loud = look.upset >= 2 or look.perception.distress >= 2
    trouble = look.has("defect", "delay", "non_delivery", "money_loss", "quality")
    return loud or ((complaint or trouble) and look.upset > 0 and not plain_question)


def _praises(look: Look) -> bool:
    if look.perception.distress >= _IN_NEED:
        return False
    if look.glad and not look.has(*_ASKS, *(name for name in _TROUBLE if name != "complaint")):
        return True
    praised = look.has("praise") and "?" not in look.text
    return praised and look.pleased and not look.failed


def _defrauded(look: Look) -> bool:
    return look.has("fraud_suspected") or look.perception.risk == "fraud"


def _lost(look: Look) -> bool:
    if look.calm_question and not look.has("helpless"):
        return False
    weak = look.has("vulnerable", "accessibility", "language_barrier")
    touched = look.upset > 0 or look.perception.distress > 0 or look.has(*_TROUBLE)
    return look.has("helpless") or look.perception.distress >= 2 or (weak and touched)


def _own_mistake(look: Look) -> Framework:
    return "CARE" if look.upset or look.perception.distress else "NONE"


def _repeat_reason(look: Look) -> str:
    if look.has("broken_promise") and not look.nth:
        return "promise"
    return "repeat_nth" if look.nth else "repeat"


def _again(look: Look) -> bool:
    silent = look.has("waiting_unanswered") and look.silent
    return silent or look.has("repeat_contact", "broken_promise", "reask_complaint")


def _injected(look: Look) -> bool:
    return look.has("prompt_injection", "off_topic") and look.upset <= 1


ROWS = (
    Row(1, lambda k: k.has("self_harm") or k.perception.risk == "self_harm",
        _always("NONE"), _because("self_harm"), "self_harm",
        ("template_empathy", "close_contact", "upsell", "minimise", "policy_wall", "blame_customer")),
    Row(2, lambda k: k.has("health_risk") or k.perception.risk == "health",
        _always("CARE"), _because("health"), "health",
        ("medical_advice", "apologise", "minimise", "reask")),
    Row(2, lambda k: k.has("safety_risk") or k.perception.risk == "safety",
        _always("CARE"), _because("safety"), "safety",
        ("medical_advice", "apologise", "minimise", "reask")),
    Row(3, lambda k: k.has("account_takeover") or (_defrauded(k) and not k.accused),
        _always("CARE"), _because("fraud"), "fraud",
        ("ask_secret", "blame_customer", "apologise_not_ours")),
    Row(4, lambda k: k.has("data_leak"),
        _always("LEAD"), _because("leak"), "leak", ("admit_legal", "minimise", "shift_blame")),
    Row(5, lambda k: k.has("violence_threat") or k.perception.risk == "violence",
        _always("CARE"), _because("violence"), "violence",
        ("threaten", "argue", "share_private_data", "match_profanity")),
    Row(6, lambda k: k.upset == 4 or (k.has("insult_operator") and k.upset >= 3),
        _always("CARE"), lambda k: "abuse_again" if k.bounded else "abuse", "abuse",
        ("scold_tone", "threaten", "match_profanity", "sarcasm")),
    # Instructions in a message, grief and a settled matter are told before whose fault it was:
    # further down, their rows would never be reached.
    Row(24, lambda k: _injected(k) and k.has("prompt_injection"),
        _always("NONE"), _because("off_topic"), "off_topic",
        ("follow_injected_instruction", "disclose_internal", "scold_tone")),
    Row(16, lambda k: k.has("bereavement"),
        _always("LEAD"), _because("bereavement"), "bereavement",
        ("emoji", "upsell", "rating_beg", "template_empathy", "policy_wall", "apologise_not_ours")),
    Row(26, lambda k: k.settled and (k.over or not k.has("praise")),
        _always("NONE"), _because("closing"), "closing", ("over_apologise", "upsell", "rating_beg")),
    Row(22, _praises,
        _always("NONE"), _because("praise"), "praise", ("upsell", "rating_beg")),
    Row(7, _threat,
        _by_failure, lambda k: "threat_ours" if k.failed else "threat_other", "",
        ("threaten", "argue", "admit_legal", "over_compensate", "debate")),
    Row(8, _again,
        lambda k: "CARE" if k.has("argument") and not k.failed else "LEAD", _repeat_reason, "",
        ("reask", "script_opening", "vague_time", "over_compensate")),
    Row(9, lambda k: k.failed and _matter(k) and not _heavy(k),
        _always("HEAR"), _because("fix"), "", ("template_empathy", "long_text", "reask")),
    Row(10, lambda k: k.failed and _matter(k),
        _always("LEAD"), _because("choice"), "", ("template_empathy", "minimise", "vague_time")),
    Row(11, lambda k: not k.failed and _matter(k) and _contested(k) and not _lost(k),
        _always("CARE"), _because("unclear_fault"), "",
        ("argue", "blame_customer", "apologise_not_ours", "policy_wall")),
    Row(12, lambda k: k.slip and not k.failed,
        _own_mistake, _because("own_mistake"), "",
        ("blame_customer", "apologise", "scold_tone", "over_compensate")),
    Row(13, lambda k: k.has("third_party_fault"),
        _by_failure, _because("third_party"), "", ("shift_blame", "apologise_not_ours")),
    Row(14, lambda k: k.has("impossible_request") or (k.refused and not k.failed),
        _always("CARE"), _because("impossible"), "",
        ("flat_refusal", "unverified_promise", "policy_wall")),
    Row(15, lambda k: _lost(k) and not k.has("rude_staff", "want_human") and not k.general,
        _by_failure, _because("helpless"), "helpless", ("jargon", "blame_customer", "long_text")),
    Row(17, lambda k: k.has("rude_staff", "discrimination_claim") or k.conduct,
        _always("LEAD"), _because("rude"), "", ("argue", "shift_blame", "unverified_promise", "minimise")),
    Row(21, lambda k: k.asks_bot and k.upset <= 1,
        _always("NONE"), _because("bot"), "bot", ("script_opening", "ignore_question")),
    Row(18, lambda k: k.has("want_human", "bot_loop"),
        _human, _because("human"), "human", ("reask", "script_opening")),
    Row(19, lambda k: k.general,
        _always("LEAD"), _because("incident"), "incident", ("shift_blame", "vague_time", "jargon")),
    Row(20, lambda k: k.has("sarcasm") and k.upset > 0,
        _by_failure, _because("sarcasm"), "", ("sarcasm", "emoji")),
    Row(23, lambda k: k.has("unclear_message"),
        _always("NONE"), _because("unclear"), "unclear", ("apologise", "script_opening")),
    Row(24, lambda k: _injected(k) and not k.has(*_TROUBLE),
        _always("NONE"), _because("off_topic"), "off_topic",
        ("follow_injected_instruction", "disclose_internal", "scold_tone")),
    Row(25, lambda k: k.has("b2b") and (k.claims or k.has("complaint", *_TROUBLE)),
        _always("LEAD"), _because("b2b"), "", ("emoji", "vague_time", "familiar_ty")),
    Row(11, lambda k: k.stirred or (k.upset == 1 and k.has("complaint") and not k.has(*_ASKS)),
        _always("CARE"), _because("unclear_fault"), "",
        ("argue", "blame_customer", "apologise_not_ours", "policy_wall")),
    Row(21, lambda _: True,
        _always("NONE"), _because("question"), "", ("apologise", "template_empathy", "script_opening")),
)  # fmt: skip


def row_for(look: Look) -> Row:
    """Return the first row that holds; the last one always does."""
    return next(row for row in ROWS if row.when(look))
