"""The errors a user can meet; each message says what failed, where, and what to do next."""


class ReviewerError(Exception):
    """The job could not be done; `cli` prints the message and exits 2."""


class ConfigError(ReviewerError):
    """The configuration names something that does not exist or has the wrong shape."""


class GitError(ReviewerError):
    """git is missing, or it refused what was asked of it."""


class ToolError(ReviewerError):
    """A tool that runs beside our checks failed or said something that we do not understand."""


class GitHubError(ReviewerError):
    """GitHub refused a request, or could not be reached within the time allowed."""
