"""Role-play: a customer with a mind of its own, moved by what the operator really says."""

from copilot.roleplay.policies import POLICIES, Policy, say
from copilot.roleplay.scenario import Scenario, read_scenario, scenario_of, shipped
from copilot.roleplay.session import Play, Recording, Said, advance, begin, replay, rewound
from copilot.roleplay.state import GOOD, Ending, State, Why, band_of

__all__ = [
    "GOOD",
    "POLICIES",
    "Ending",
    "Play",
    "Policy",
    "Recording",
    "Said",
    "Scenario",
    "State",
    "Why",
    "advance",
    "band_of",
    "begin",
    "read_scenario",
    "replay",
    "rewound",
    "say",
    "scenario_of",
    "shipped",
]
