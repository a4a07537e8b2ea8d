"""Frame: choose LEAD, CARE, HEAR or no framework, and say why in one sentence."""

from collections.abc import Mapping

from copilot.brief import Frame, Perception
from copilot.conversation import Channel, Conversation
from copilot.cues import acts_of, contact_count, hears, ordinal, wording
from copilot.framing_look import Look
from copilot.framing_table import Row, row_for
from knowledge import Framework, Locale

STEPS: dict[Framework, tuple[str, ...]] = {
    "LEAD": ("L", "E", "A", "D"),
    "HEAR": ("H", "E", "A", "R"),
    "CARE": ("C", "A", "R", "E"),
    "NONE": (),
}
# Which acts of our earlier messages show that a step was taken.
_SHOWN_BY: dict[Framework, dict[str, tuple[str, ...]]] = {
    "LEAD": {"L": ("ack",), "E": ("empathy",), "A": ("apologise",), "D": ("options",)},
    "HEAR": {"H": ("ack",), "E": ("empathy",), "A": ("apologise",), "R": ("options", "deadline")},
    "CARE": {
        "C": ("boundary", "own"), "A": ("ack", "empathy"), "R": ("options",), "E": ("deadline",)
    },
    "NONE": {},
}  # fmt: skip
_CHANNEL_CHARS: dict[Channel, int] = {
    "sms": 160, "push": 90, "review": 500, "social": 500, "email": 1200, "voice": 400,
}  # fmt: skip
_CALM_CHARS, _UPSET_CHARS, _QUESTION_CHARS, _CRISIS_CHARS = 500, 700, 300, 600
_CRISES = ("self_harm", "health", "safety", "fraud")
_NO_APOLOGY_ROWS = (1, 2, 3, 5, 6, 12, 14, 16)
# Having to write again, a leak, bad manners: regretted for what they cost, before anyone is judged.
_REGRET_ROWS = (4, 8, 17)


def choose_frame(
    perception: Perception, conversation: Conversation, *, framework: Framework | None = None
) -> Frame:
    """Choose how to answer by the decision table.

    Args:
        perception: What was heard in the conversation.
        conversation: The thread; our earlier messages show which steps are already taken.
        framework: The operator's own choice; a safety protocol stays in force beside it.
    """
    look = Look(perception, conversation)
    row = row_for(look)
    chosen = framework or row.framework(look)
    done = _done(chosen, conversation, perception)
    steps = STEPS[chosen]
    reason, params = row.reason(look), _params(look, by_operator=framework is not None)
    return Frame(
        framework=chosen,
        steps=steps,
        done=done,
        next=tuple(s for s in steps if s not in done or s == steps[-1]),
        why=_why(reason, params, perception.language),
        reason=reason,
        params=params,
        row=row.number,
        protocol=row.protocol,
        apologise=_may_apologise(chosen, row, look),
        avoid=row.avoid,
        max_chars=_max_chars(chosen, row, look),
    )


def _done(
    framework: Framework, conversation: Conversation, perception: Perception
) -> tuple[str, ...]:
    shown: set[str] = set()
    for text in conversation.operator_texts:
        shown |= acts_of(text, perception.language)
    wanted = _SHOWN_BY[framework]
    return tuple(step for step in STEPS[framework] if shown.intersection(wanted[step]))


def _may_apologise(framework: Framework, row: Row, look: Look) -> bool:
    """One apology a case, only for what we did, and not to someone who wants none."""
    if framework not in ("LEAD", "HEAR") or row.number in _NO_APOLOGY_ROWS:
        return False
    if not look.failed and (row.number not in _REGRET_ROWS or look.perception.failure == "no"):
        return False
    language = look.perception.language
    already = any(
        "apologise" in acts_of(text, language) for text in look.conversation.operator_texts
    )
    return not already and not hears(look.text, "no_apology", language)


def _max_chars(framework: Framework, row: Row, look: Look) -> int:
    if look.conversation.channel in _CHANNEL_CHARS:
        return _CHANNEL_CHARS[look.conversation.channel]
    if row.protocol in _CRISES:
        return _CRISIS_CHARS
    if framework == "NONE":
        return _QUESTION_CHARS
    return _UPSET_CHARS if look.upset >= 2 else _CALM_CHARS


def explain(frame: Frame, language: Locale) -> str:
    """Return why the frame was chosen, in one sentence, in the language of a screen."""
    return _why(frame.reason, frame.params, language) if frame.reason else frame.why


def _params(look: Look, *, by_operator: bool) -> dict[str, str]:
    """Return what the reason mentions: which contact this is, and whether a person chose."""
    count = contact_count(look.perception)
    params = {"nth": str(count)} if count else {}
    return params | ({"chosen": "yes"} if by_operator else {})


def _why(reason: str, params: Mapping[str, str], language: Locale) -> str:
    reasons: dict[str, str] = wording(language)["reasons"]
    nth = ordinal(int(params["nth"]), language) if "nth" in params else ""
    why = reasons[reason].replace("{nth}", nth)
    return f"{reasons['chosen']} {why}" if "chosen" in params else why
