"""What we write on a pull request, sealed with our marker."""

from dataclasses import dataclass

from reviewer.github.body import Kind, Marker, sealed
from reviewer.github.commands import Command
from reviewer.github.standing import Comment
from reviewer.github.topics import Topic
from reviewer.report.account import counted
from reviewer.report.comment import Voice, message

AGAIN = "The code has changed since, and the finding stands:\n\n"
WITHDRAWN = "What this review asked for is done."
DEMAND = " The check fails on them: its level is that of the project's configuration."
HELP = "There is `/reviewer ignore <reason>`, and `/reviewer explain`."


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of the job of one scope."""

    voice: Voice
    scope: str

    def statement(self, topic: Topic, *, again: bool = False) -> str:
        """A comment that tells a topic, or tells it again after people had settled it."""
        text = self.voice.folded(topic.findings) if topic.fold else self.voice.comment(topic.findings[0])
        return sealed((AGAIN if again else "") + text, topic.mark(self.scope, again=again))

    def review(self, commit: str, topics: int, *, demands: bool) -> str:
        """The one line of a review."""
        found = f"{counted(topics, 'new comment')} on this change." if topics else "There are findings in this change."
        return sealed(found + DEMAND * demands, Marker(Kind.REVIEW, self.scope, commit))

    def answer(self, topic: Topic | None, comment: Comment, asked: Command) -> str:
        """What is said to a command."""
        return sealed(self._answer(topic, asked), Marker(Kind.ANSWER, self.scope, str(comment.id)))

    def _answer(self, topic: Topic | None, asked: Command) -> str:
        if asked.explains:
            return self.voice.explained(topic.findings[0]) if topic else "The finding is gone."
        if asked.ignores:
            return f"Out of the verdict as long as this code stands: {message(asked.reason)}"
        return f"Say why: `/reviewer ignore <reason>`. {HELP}" if asked.name == "ignore" else HELP
