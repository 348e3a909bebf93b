"""The loop: every command refused, silent and right, and the promises no sequence of them may break."""
