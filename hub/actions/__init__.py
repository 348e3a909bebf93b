"""The action plan: feedback (R29) becomes items that are agreed, in progress, done; and "you said, we did" (routing.md R29)."""
