"""A short scenario with everything in it, and sessions of it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from copilot.roleplay import Play, Said, Scenario, advance, begin, scenario_of

STARTED = datetime(2026, 11, 23, 10, tzinfo=UTC)


def raw_scenario() -> dict[str, Any]:
    """Return a scenario as a form would give it."""
    return {
        "id": "late-sofa",
        "language": "en",
        "title": "The sofa",
        "situation": "A sofa is four days late.",
        "difficulty": 2,
        "persona": {
            "name": "Nora", "about": "Tired, dry, precise.", "gender": "f", "manner": "plain",
            "temperament": {"floor": 0.05},
        },
        "start": {"anger": 2, "trust": 0.35, "heard": 0.1, "patience": 8},
        "card": {
            "facts": {"order": "55-120"},
            "notes": ["Delivery is booked for Thursday, 26 November, 9 to 12.",
                      "Assembly is free when a delivery is late."],
        },
        "opening": ["My sofa was due on Thursday and it still is not here. Where is it?"],
        "needs": [
            {
                "id": "delivery", "text": "To know when the sofa comes.", "kind": "outcome",
                "weight": 3, "met_by": ["delivery booked", "sofa arrives", "sofa booked"],
                "good": "Your sofa delivery is booked for Thursday, 26 November, 9 to 12.",
                "confirm": "Thursday morning works.",
                "ask": ["So when does the sofa come?", "Which day, please?"],
            },
            {
                "id": "mother", "text": "Her mother sleeps on the floor.", "kind": "relational",
                "hidden": True, "weight": 2,
                "unlock": {"trust": 0.4, "open": True, "asked": ["where sleeping", "what need sofa"]},
                "line": "My mother came to stay and she sleeps on a mattress on the floor.",
                "met_by": ["assembly free mother", "mother sleep properly", "assembly free"],
                "good": "Assembly is free, so your mother can sleep on it the same day.",
                "question": "What does the delay of the sofa mean for you at home right now?",
                "confirm": "Thank you for thinking of her.",
            },
        ],
        "details": [
            {"id": "order", "text": "The order number.", "asked": ["order number"],
             "line": "It is 55-120."},
            {"id": "back", "text": "Her own back hurts.", "asked": ["who carries"], "hidden": True,
             "unlock": {"trust": 0.9}, "line": "My back is bad."},
        ],
        "triggers": [
            {"id": "patience", "text": "asked to be patient", "said": ["be patient"], "anger": 1,
             "line": "I have been patient for four days."},
        ],
        "soothers": [
            {"id": "mother-named", "text": "thinks of her mother", "said": ["your mother"],
             "anger": -1, "line": "You did listen."},
        ],
        "stops": [
            {"id": "refused", "text": "refused twice", "said": ["cannot help"], "times": 2,
             "line": "Then I will go elsewhere."},
        ],
        "win": {"needs": ["delivery", "mother"], "anger": 1, "trust": 0.45},
        "max_turns": 9,
        "reference": {
            "acknowledge": ["Your sofa was due on Thursday and it is still not there.",
                            "So the sofa has been late for four days."],
            "empathise": ["Four days without a sofa is tiring.",
                          "I can see why four days of waiting for a sofa wear you out.",
                          "That is a long time to keep a room half empty."],
            "own": ["I am taking the sofa delivery on myself.", "Your delivery stays with me."],
            "deadline": ["I will write to you today by 18:00.", "I will check on Thursday at 13:00."],
            "options": ["Would you rather have the morning or the afternoon for the sofa?"],
            "close": ["The sofa is booked for Thursday morning."],
        },
    }  # fmt: skip


@pytest.fixture
def scenario() -> Scenario:
    """The scenario of the late sofa."""
    return scenario_of(raw_scenario(), "late-sofa")


@pytest.fixture
def opened(scenario: Scenario) -> Play:
    """A session in which only the customer has written."""
    return begin(scenario, seed=5, started=STARTED)


def play_lines(play: Play, *lines: str) -> Play:
    """Say these lines one after another."""
    for line in lines:
        play = advance(play, Said(text=line))
    return play


@pytest.fixture
def saying() -> Any:
    """Return the function that says lines in a session."""
    return play_lines
