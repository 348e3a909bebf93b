"""The routing policy: a document in the log, read strictly, checked before it is published."""

from hub.policies.document import InvalidPolicy, Policy, document_hash, read_policy

__all__ = ["InvalidPolicy", "Policy", "document_hash", "read_policy"]
