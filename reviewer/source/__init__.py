"""The files of a review: where their bytes come from, and what they are parsed to."""

from reviewer.source.commits import CommitTree, StagedTree
from reviewer.source.eligible import UnreadableFile, counts
from reviewer.source.nesting import deep
from reviewer.source.parsing import Source, Unparsable, Unsupported, parse
from reviewer.source.roots import review_root, tree_around
from reviewer.source.text import code_in, lines_of
from reviewer.source.trees import FolderTree, Overlay, Tree, WorkingTree

__all__ = [
    "CommitTree",
    "FolderTree",
    "Overlay",
    "Source",
    "StagedTree",
    "Tree",
    "Unparsable",
    "UnreadableFile",
    "Unsupported",
    "WorkingTree",
    "code_in",
    "counts",
    "deep",
    "lines_of",
    "parse",
    "review_root",
    "tree_around",
]
