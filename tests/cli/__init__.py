"""The command line, as an operator and an auditor use it."""
