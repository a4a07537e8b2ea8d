"""How far each act of an operator moves the customer. Shaped by literature, fitted to nothing.

The numbers are (anger, trust, being heard) for an act of full strength; the product's screens say
that they are a model. Listening comes before influence (behavioural stairway, Vecchi, Van Hasselt
and Romano 2005), concrete words read as listening (Packard and Berger 2021), losses weigh more than
gains. Reference policies in the tests hold the order that these numbers must give.
"""

from typing import Literal, NamedTuple

Sort = Literal["listen", "influence", "soft", "harm"]


class Weight(NamedTuple):
    """What an act of full strength does; for harm the numbers push, for the rest they pull."""

    sort: Sort
    anger: float
    trust: float
    heard: float


WEIGHTS: dict[str, Weight] = {
    "empathy": Weight("listen", 0.14, 0.05, 0.22),
    "paraphrase": Weight("listen", 0.10, 0.07, 0.28),
    "open_question": Weight("listen", 0.03, 0.03, 0.14),
    "closed_question": Weight("soft", 0.0, 0.01, 0.06),
    "apologise": Weight("soft", 0.10, 0.06, 0.06),
    "own": Weight("soft", 0.08, 0.12, 0.05),
    "explain_reason": Weight("soft", 0.03, 0.05, 0.02),
    "boundary": Weight("soft", 0.05, 0.04, 0.0),
    "courtesy": Weight("soft", 0.02, 0.01, 0.02),
    "concrete_step": Weight("influence", 0.12, 0.12, 0.0),
    "options": Weight("influence", 0.10, 0.08, 0.0),
    "deadline": Weight("influence", 0.06, 0.10, 0.0),
    "blame_customer": Weight("harm", 0.30, 0.30, 0.20),
    "abuse": Weight("harm", 0.40, 0.40, 0.30),
    "threaten": Weight("harm", 0.30, 0.30, 0.10),
    "judge_person": Weight("harm", 0.30, 0.30, 0.20),
    "sarcasm": Weight("harm", 0.25, 0.25, 0.15),
    "calm_down": Weight("harm", 0.22, 0.10, 0.20),
    "argue": Weight("harm", 0.20, 0.15, 0.12),
    "scold_tone": Weight("harm", 0.20, 0.15, 0.12),
    "close_contact": Weight("harm", 0.20, 0.20, 0.15),
    "minimise": Weight("harm", 0.15, 0.08, 0.18),
    "transfer": Weight("harm", 0.15, 0.12, 0.08),
    "upsell": Weight("harm", 0.15, 0.15, 0.10),
    "policy_wall": Weight("harm", 0.14, 0.12, 0.10),
    "flat_refusal": Weight("harm", 0.14, 0.12, 0.08),
    "shift_blame": Weight("harm", 0.12, 0.15, 0.05),
    "contradiction": Weight("harm", 0.12, 0.25, 0.05),
    "reask": Weight("harm", 0.12, 0.08, 0.15),
    "ignored_question": Weight("harm", 0.10, 0.10, 0.15),
    "template_repeat": Weight("harm", 0.10, 0.12, 0.15),
    "ask_secret": Weight("harm", 0.10, 0.30, 0.05),
    "rating_beg": Weight("harm", 0.10, 0.10, 0.05),
    "premature_solution": Weight("harm", 0.08, 0.05, 0.06),
    "vague_time": Weight("harm", 0.06, 0.10, 0.0),
    "orders_customer": Weight("harm", 0.10, 0.15, 0.10),
    "template_empathy": Weight("harm", 0.05, 0.05, 0.08),
    "over_apologise": Weight("harm", 0.04, 0.04, 0.0),
    "script_opening": Weight("harm", 0.04, 0.03, 0.06),
    "familiar_ty": Weight("harm", 0.05, 0.05, 0.05),
    "officialese": Weight("harm", 0.03, 0.04, 0.05),
    "foreign": Weight("harm", 0.05, 0.03, 0.05),
    "empty": Weight("harm", 0.05, 0.04, 0.06),
}

GENERIC = 0.35  # what is left of an act that names nothing of this case
REPEAT = 0.5  # the k-th repeat of an act counts this to the power of k
FULL = 3  # acts of one message that are fully felt
REST = 0.3  # what is left of the others
MOST_CALMED = 0.3  # anger that one message can take away at most
GATE_AT, GATE_WIDTH = 0.40, 0.08  # being heard from which help is let in, and how sharply
LET_IN = 0.3  # the matter itself moves this far even for somebody who does not feel heard
DENIED = 0.3  # a gate below this makes help come too early
CALLED_IN = (0.15, 0.25)  # anger and trust that a hollow promise costs when it is called in
UNHEARD_FLOOR = 0.22  # anger stays above this while a hidden need is not out
SUPPOSED = {"next_step": "concrete_step", "answer": "concrete_step", "safety_first": "concrete_step",
            "crisis_line": "concrete_step", "workaround": "concrete_step",
            "compensate_within_limit": "concrete_step", "follow_up": "deadline",
            "ack": "paraphrase", "confirm_understanding": "paraphrase", "use_facts": "paraphrase",
            "correct_gently": "explain_reason", "thanks": "courtesy"}  # fmt: skip
