"""The verbs: one table of what people do to a board.

Each row says who may do it, what a commit of that verb may write, whom it concerns, and by which words people search
for it. Permissions and the palette read it; a property test compares what every action changes with its verb's row;
PostgreSQL's one function that commits has it as data.

The history stores a verb as a string: one that this table does not have, from a newer version, is shown as it is and
never refused.
"""

from teamboard.domain.verbs.conversations import CONVERSATIONS
from teamboard.domain.verbs.goals import GOALS
from teamboard.domain.verbs.model import ACTOR, FILLED, Check, Relation, Values, Verb, Whose, Writes
from teamboard.domain.verbs.team import TEAM

VERBS: dict[str, Verb] = GOALS | CONVERSATIONS | TEAM
"""The row of each verb, by the string that the history stores."""

__all__ = ["ACTOR", "FILLED", "VERBS", "Check", "Relation", "Values", "Verb", "Whose", "Writes"]
