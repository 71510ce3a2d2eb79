"""What a change does to the review itself: to its configuration and its baseline, which count once it is merged."""

from collections import Counter
from collections.abc import Mapping

from reviewer.config import Config
from reviewer.config_sections import kebab
from reviewer.errors import ConfigError
from reviewer.model import Finding, Problem, Review


def differences(base: Config, head: Config) -> dict[str, str]:
    """The settings that are not the same on both sides, in kebab-case, each with the file that says so."""
    then, now = (config.model_dump(exclude={"origins"}) for config in (base, head))
    changed = (kebab(name) for name in now if now[name] != then[name])
    return {name: head.origins.get(name) or base.origins.get(name, "") for name in changed}


def unusable(error: ConfigError) -> Problem:
    """The notice about a configuration that will stop every review after the merge."""
    return Problem("configuration-changed", None, f"The configuration of this change can't be used: {error}")


def plugging() -> Problem:
    """The notice about rules that nobody knows before the merge: a plugin is a program."""
    told = "The change sets `plugins`, and is reviewed with the base's: they are programs, loaded once it is merged."
    return Problem("configuration-changed", None, told)


def notice(settings: Mapping[str, str], baseline: str, made: Review, proposed: Review) -> Problem:
    """What would be shown under the head's configuration and baseline, compared with what is."""
    then, now = _shown(made), _shown(proposed)
    more = [finding for fingerprint, finding in now.items() if fingerprint not in then]
    fewer = [finding for fingerprint, finding in then.items() if fingerprint not in now]
    effect = "; ".join(part for part in (_counted("more", more), _counted("fewer", fewer)) if part)
    told = f"by its own {effect}" if effect else "by its own the same would be shown"
    if settings:
        what = ", ".join(f"`{name}`" for name in settings)
        place = next(iter(settings.values()))
        return Problem(
            "configuration-changed", place, f"The change sets {what}, and is reviewed by the base's: {told}."
        )
    return Problem("baseline-changed", baseline, f"The change edits it, and is reviewed by the base's: {told}.")


def _shown(review: Review) -> dict[str, Finding]:
    return {finding.fingerprint: finding for finding in review.shown if finding.path is not None}


def _counted(word: str, findings: list[Finding]) -> str:
    rules = Counter(finding.name for finding in findings)
    listed = ", ".join(f"`{rule}`" + (f" {count} times" if count > 1 else "") for rule, count in sorted(rules.items()))
    return f"{len(findings)} {word} would be shown ({listed})" if findings else ""
