"""What we ask of GraphQL: the threads of a pull request, and what REST cannot do."""

THREADS = """
query($owner: String!, $name: String!, $number: Int!, $after: String) {
  viewer { login }
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviews(last: 100, states: [CHANGES_REQUESTED, DISMISSED]) {
        nodes { fullDatabaseId body state author { login __typename } }
      }
      reviewThreads(first: 50, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id path subjectType isOutdated isResolved viewerCanResolve viewerCanUnresolve resolvedBy { login }
          comments(first: 50) {
            pageInfo { hasNextPage endCursor }
            nodes { id fullDatabaseId body isMinimized minimizedReason state author { login __typename } }
          }
        }
      }
    }
  }
}
"""
COMMENTS = """
query($thread: ID!, $after: String) {
  node(id: $thread) {
    ... on PullRequestReviewThread {
      comments(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { id fullDatabaseId body isMinimized minimizedReason state author { login __typename } }
      }
    }
  }
}
"""
MINIMIZE = """
mutation($node: ID!, $why: ReportedContentClassifiers!) {
  minimizeComment(input: {subjectId: $node, classifier: $why}) { minimizedComment { isMinimized } }
}
"""
UNFOLD = """
mutation($node: ID!) {
  unminimizeComment(input: {subjectId: $node}) { unminimizedComment { isMinimized } }
}
"""
RESOLVE = """
mutation($node: ID!) { resolveReviewThread(input: {threadId: $node}) { thread { isResolved } } }
"""
REOPEN = """
mutation($node: ID!) { unresolveReviewThread(input: {threadId: $node}) { thread { isResolved } } }
"""
